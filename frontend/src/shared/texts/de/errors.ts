import type { Texts } from "../en";
import { refusal } from "./refusals";

export const errors: Texts["errors"] = {
  refusal,
  sessionEnded: "Deine Sitzung ist beendet. Melde dich erneut an.",
  offline: "Parley ist nicht erreichbar. Prüfe die Verbindung und versuche es erneut.",
  tooFast: "Das war zu schnell. Warte einen Moment und versuche es erneut.",
  unavailable: "Parley ist gerade nicht verfügbar. Versuche es gleich noch einmal.",
  notUnderstood: "Der Server hat diese Anfrage nicht verstanden. Lade die Seite neu und versuche es erneut.",
  unexpected: "In der App ist etwas schiefgegangen. Lade die Seite neu und versuche es erneut.",
};
