import type { Texts } from "../en";
import { formsOf } from "../forms";

const { number } = formsOf("de");

export const people: Texts["people"] = {
  newDirectMessage: "Neue Direktnachricht",
  findPerson: "Person nach Namen suchen",
  typeName: "Gib einen Namen ein, um jemanden zu finden.",
  nobodyFound: "Hier heißt niemand so.",
  searching: "Suche läuft",
  members: "Mitglieder",
  closeMembers: "Mitglieder schließen",
  loadingMembers: "Mitglieder werden geladen",
  online: "Online",
  offline: "Offline",
  part: (title, count) => `${title} · ${number(count)}`,
  manage: (name) => `${name} verwalten`,
  message: (name) => `Nachricht an ${name}`,
  you: "du",
  away: "abwesend",
  muted: "stumm",
  roles: { owner: "leitet", moderator: "moderiert", member: "Mitglied" },
  moderations: {
    moderator: {
      label: "Moderation übertragen",
      consequence: "Kann Mitglieder stummschalten, entfernen und verbannen und Nachrichten löschen.",
    },
    member: { label: "Moderation entziehen", consequence: "Kann nicht mehr moderieren." },
    mute: { label: "Stummschalten", consequence: "Liest mit und kann nicht schreiben." },
    unmute: { label: "Stummschaltung aufheben", consequence: "Kann wieder schreiben." },
    kick: { label: "Entfernen", consequence: "Ist draußen und kann wiederkommen." },
    ban: { label: "Verbannen", consequence: "Ist draußen und kann erst wiederkommen, wenn die Verbannung aufgehoben ist." },
    transfer: { label: "Leitung übergeben", consequence: "Leitet den Raum dann; du moderierst ihn weiter." },
  },
  block: {
    label: "Blockieren",
    consequence: "Ihr schreibt euch keine Direktnachrichten, und was die Person in Räumen sagt, ist eingeklappt. Sie erfährt es nicht.",
  },
  unblock: { label: "Nicht mehr blockieren", consequence: "Ihr könnt euch wieder schreiben." },
  blocked: {
    title: "Blockierte Personen",
    nobody: "Du hast niemanden blockiert. In der Mitgliederliste eines Raumes geht das.",
    unblock: (name) => `${name} nicht mehr blockieren`,
  },
};
