import { afterEach, expect, test } from "vitest";

import { dayName, lastSeenText } from "@/shared/lib/times";

import { currentTexts, speak, spoken } from "./language";

afterEach(() => speak("en"));

test("it is English until another language is spoken, and tells of the change", async () => {
  const heard: string[] = [];
  const end = spoken.subscribe(() => heard.push(spoken.get().language));
  expect(currentTexts().common.close).toBe("Close");
  await speak("de");
  expect(currentTexts().common.close).toBe("Schließen");
  expect(heard).toEqual(["de"]);
  end();
});

test("of two wishes at once the later one counts", async () => {
  await Promise.all([speak("de"), speak("en")]);
  expect(spoken.get().language).toBe("en");
});

test("days are called as the language does", async () => {
  const now = new Date(2026, 10, 24, 15, 30);
  const at = (day: number) => new Date(2026, 10, day, 9, 5).getTime() * 1_000;
  await speak("de");
  expect(dayName(at(24), now)).toBe("Heute");
  expect(dayName(at(2), now)).toBe("Montag, 2. November");
  expect(lastSeenText(at(24), now)).toBe("zuletzt um 09:05 gesehen");
  expect(lastSeenText(at(23), now)).toBe("zuletzt gestern gesehen");
});

test("things are counted as the language does", async () => {
  const counted = () => [1, 2, 1_234].map((count) => currentTexts().rooms.members(count));
  expect(counted()).toEqual(["1 member", "2 members", "1,234 members"]);
  await speak("de");
  expect(counted()).toEqual(["1 Mitglied", "2 Mitglieder", "1.234 Mitglieder"]);
});

test("what the server refuses is said in the language, by its sentence or its code", async () => {
  await speak("de");
  const { refusal } = currentTexts().errors;
  expect(refusal("This name is taken. Choose another one.", "conflict")).toBe("Dieser Name ist vergeben. Wähle einen anderen.");
  expect(refusal("Something new.", "forbidden")).toBe("Dazu hast du kein Recht.");
  expect(refusal("Something new.", "conflict")).toBe("Something new.");
});
