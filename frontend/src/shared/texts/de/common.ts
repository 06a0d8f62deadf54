import type { Texts } from "../en";

export const common: Texts["common"] = {
  parley: "Parley",
  backToChat: "Zurück zum Chat",
  cancel: "Abbrechen",
  close: "Schließen",
  directMessage: "Direktnachricht",
  private: "Privat",
  save: "Speichern",
  saving: "Wird gespeichert …",
  somebody: "Jemand",
  tryAgain: "Erneut versuchen",
  presence: { online: "(online)", away: "(abwesend)", offline: "(offline)" },
};
