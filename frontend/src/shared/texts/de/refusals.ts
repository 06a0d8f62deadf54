/**
 * The server's refusals in German.
 *
 * The server's sentence is looked up. For one that is not here there is a text by its code, where the code says enough;
 * else it is shown as it came, in English.
 */
import type { ApiErrorCode } from "@/shared/api/api-error";
import { BLOCKED_USERS, PASSWORD_MAX, PASSWORD_MIN, STALE_ID_DAYS } from "@/shared/contract/limits";

export const SENTENCES: Readonly<Record<string, string>> = {
  // Accounts
  "A name cannot have an @: that tells it from an email.":
    "Ein Name darf kein @ enthalten: Daran wird er von einer E-Mail-Adresse unterschieden.",
  "A name needs visible characters only.": "Ein Name darf nur aus sichtbaren Zeichen bestehen.",
  [`A password has ${PASSWORD_MIN} to ${PASSWORD_MAX} characters.`]:
    `Ein Passwort hat ${PASSWORD_MIN} bis ${PASSWORD_MAX} Zeichen.`,
  "A status needs visible characters only.": "Ein Status darf nur aus sichtbaren Zeichen bestehen.",
  "Name or password is not right.": "Name oder Passwort stimmt nicht.",
  "Nobody can register here. Ask whoever runs this Parley.":
    "Hier kann sich niemand registrieren. Frage die Betreiber dieses Parley.",
  "Nobody can register here, invited or not.": "Hier kann sich niemand registrieren, auch nicht mit Einladung.",
  "Registering needs an invitation. Open the link of one.":
    "Zum Registrieren brauchst du eine Einladung. Öffne den Link einer Einladung.",
  "The current password is not right.": "Das aktuelle Passwort stimmt nicht.",
  "This account is disabled. Ask whoever runs this Parley to enable it again.":
    "Dieses Konto ist gesperrt. Bitte die Betreiber dieses Parley, es wieder freizugeben.",
  "This email has an account already.": "Zu dieser E-Mail-Adresse gibt es schon ein Konto.",
  "This email has an account already. Log in with it.":
    "Zu dieser E-Mail-Adresse gibt es schon ein Konto. Melde dich damit an.",
  "This invitation was used up or has run out. Ask for a new one.":
    "Diese Einladung ist aufgebraucht oder abgelaufen. Bitte um eine neue.",
  "This is not an email address.": "Das ist keine E-Mail-Adresse.",
  "This link was used before or has run out. Ask for a new one.":
    "Dieser Link wurde schon benutzt oder ist abgelaufen. Fordere einen neuen an.",
  "This name is taken. Choose another one.": "Dieser Name ist vergeben. Wähle einen anderen.",
  "This Parley sends no mail. Ask whoever runs it.":
    "Dieses Parley verschickt keine E-Mails. Frage die Betreiber.",
  "This password is among the most common ones. Choose another.":
    "Dieses Passwort gehört zu den häufigsten. Wähle ein anderes.",
  "No mail can be sent at the moment. Try again in a minute.":
    "Im Moment können keine E-Mails verschickt werden. Versuche es in einer Minute erneut.",
  "You own this workspace. Make somebody else its owner first.":
    "Dieser Arbeitsbereich gehört dir. Übergib ihn zuerst an jemand anderen.",
  // Signing in
  "Enter the code of your authenticator app, or a recovery code.":
    "Gib den Code deiner Authenticator-App oder einen Wiederherstellungscode ein.",
  "The code is not right, or was used before. Wait for the next one.":
    "Der Code stimmt nicht oder wurde schon benutzt. Warte auf den nächsten.",
  "The second factor was confirmed already.": "Der zweite Faktor ist schon bestätigt.",
  "There is no second factor to be confirmed.": "Es gibt keinen zweiten Faktor, der zu bestätigen wäre.",
  "This account at the provider is connected already. Disconnect it there first.":
    "Dieses Konto beim Anbieter ist schon verbunden. Trenne es dort zuerst.",
  "This Parley has no identity provider. Log in with a password.":
    "Dieses Parley hat keinen Anmeldedienst. Melde dich mit einem Passwort an.",
  "This sign-in has taken too long. Begin it again.": "Diese Anmeldung hat zu lange gedauert. Beginne sie noch einmal.",
  "You have a second factor already. Turn it off first.": "Du hast schon einen zweiten Faktor. Schalte ihn zuerst aus.",
  "You have no password yet. Log out, set one with “Forgot your password?”, then try again.":
    "Du hast noch kein Passwort. Melde dich ab, lege mit „Passwort vergessen?“ eines fest und versuche es dann erneut.",
  "You have no password yet. Set one by “Forgot password?” on the log-in page first.":
    "Du hast noch kein Passwort. Lege zuerst auf der Anmeldeseite mit „Passwort vergessen?“ eines fest.",
  "You have no second factor.": "Du hast keinen zweiten Faktor.",
  // Rooms
  "A direct message needs somebody else.": "Zu einer Direktnachricht gehört noch jemand.",
  "A public room has this name already. Choose another one.":
    "Ein öffentlicher Raum heißt schon so. Wähle einen anderen Namen.",
  "A room is handed on to somebody else.": "Einen Raum kannst du nur an jemand anderen übergeben.",
  "A room needs a name.": "Ein Raum braucht einen Namen.",
  "The name has characters that cannot be shown.": "Der Name enthält Zeichen, die nicht angezeigt werden können.",
  "The topic has characters that cannot be shown.": "Das Thema enthält Zeichen, die nicht angezeigt werden können.",
  "There is no public room with this id.": "Diesen öffentlichen Raum gibt es nicht.",
  "This invite link has run out or was revoked. Ask for a new one.":
    "Dieser Einladungslink ist abgelaufen oder wurde zurückgezogen. Bitte um einen neuen.",
  "This room has no such member.": "Diese Person ist nicht in diesem Raum.",
  "This room is archived: it can be read, not changed.":
    "Dieser Raum ist archiviert: Er kann gelesen, aber nicht geändert werden.",
  "This user is banned from the room. Lift the ban first.":
    "Diese Person ist aus dem Raum verbannt. Hebe zuerst die Verbannung auf.",
  "Too many people come and go in this room just now. Try again.":
    "In diesem Raum kommen und gehen gerade zu viele. Versuche es erneut.",
  "You are banned from this room.": "Du bist aus diesem Raum verbannt.",
  "You are the last owner of this room. Make somebody else an owner first.":
    "Nur du leitest diesen Raum noch. Übergib die Leitung zuerst an jemand anderen.",
  "You cannot speak here: you are muted, the room is archived, or one of you two has blocked the other.":
    "Du kannst hier nichts schreiben: Du bist stummgeschaltet, der Raum ist archiviert, oder von euch beiden hat jemand den anderen blockiert.",
  // Blocking
  "You cannot add this user to a room.": "Du kannst diese Person zu keinem Raum hinzufügen.",
  "You cannot block yourself.": "Du kannst dich nicht selbst blockieren.",
  "You cannot write to this user: one of you has blocked the other.":
    "Du kannst dieser Person nicht schreiben: Von euch beiden hat jemand den anderen blockiert.",
  [`You have blocked ${BLOCKED_USERS} users, and no more is possible. Unblock somebody first.`]:
    `Du hast ${BLOCKED_USERS} Personen blockiert, mehr geht nicht. Hebe zuerst eine Blockierung auf.`,
  // Messages
  "A message needs some text.": "Eine Nachricht braucht Text.",
  "A note needs visible characters only.": "Eine Anmerkung darf nur aus sichtbaren Zeichen bestehen.",
  "A reaction is one emoji.": "Eine Reaktion ist genau ein Emoji.",
  "Somebody else has closed this report. Load the list again.":
    "Jemand anderes hat diese Meldung abgeschlossen. Lade die Liste neu.",
  "The id is more than a day ahead of the server's clock. Set this device's clock.":
    "Die Uhr dieses Geräts geht um mehr als einen Tag vor. Stelle sie richtig.",
  "The message has been deleted.": "Die Nachricht wurde gelöscht.",
  "The room is too busy just now. Send it again, with the same id.":
    "In diesem Raum ist gerade zu viel los. Sende die Nachricht noch einmal.",
  "The text has characters that cannot be stored.":
    "Der Text enthält Zeichen, die nicht gespeichert werden können.",
  "There is no message with the number this answers.": "Die Nachricht, auf die das antwortet, gibt es nicht.",
  "There is no such message.": "Diese Nachricht gibt es nicht.",
  [`This was written more than ${STALE_ID_DAYS} days ago. Send it anew if it still matters.`]:
    `Das wurde vor mehr als ${STALE_ID_DAYS} Tagen geschrieben. Sende es neu, wenn es noch wichtig ist.`,
  "You are not a member of this room.": "Du bist in diesem Raum kein Mitglied.",
  "You cannot report your own message. Delete it instead.":
    "Du kannst deine eigene Nachricht nicht melden. Lösche sie stattdessen.",
};

const CODES: Partial<Readonly<Record<ApiErrorCode, string>>> = {
  unauthenticated: "Deine Sitzung ist beendet. Melde dich erneut an.",
  forbidden: "Dazu hast du kein Recht.",
  not_member: "Du bist in diesem Raum kein Mitglied.",
  not_found: "Das gibt es nicht oder nicht mehr.",
  id_conflict: "Das kollidiert mit etwas, das schon gesendet wurde. Versuche es erneut.",
  not_live: "Die Verbindung ist noch nicht bereit. Versuche es gleich noch einmal.",
  rate_limited: "Das waren zu viele Versuche. Warte ein paar Minuten und versuche es dann erneut.",
  unavailable: "Parley ist gerade nicht verfügbar. Versuche es gleich noch einmal: Es zählt nur einmal.",
  internal: "Im Server ist etwas schiefgegangen. Versuche es gleich noch einmal.",
};

export function refusal(said: string, code?: ApiErrorCode): string {
  return SENTENCES[said] ?? (code === undefined ? undefined : CODES[code]) ?? said;
}
