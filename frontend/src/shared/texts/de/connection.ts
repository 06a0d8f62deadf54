import type { Texts } from "../en";

export const connection: Texts["connection"] = {
  title: "Verbindung",
  lost: "Keine Verbindung. Was du schreibst, wird gesendet, sobald sie wieder da ist.",
  nextTry: (seconds) => `Nächster Versuch in ${seconds} s`,
  connecting: "Verbindung wird aufgebaut …",
  tryNow: "Jetzt versuchen",
};
