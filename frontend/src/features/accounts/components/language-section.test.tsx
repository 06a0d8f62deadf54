// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";

import { deviceChoices } from "@/shared/lib/device-choices";
import { speak } from "@/shared/texts/language";

import { LanguageSection } from "./language-section";

beforeEach(() => {
  localStorage.clear();
  render(<LanguageSection />);
});

afterEach(async () => {
  cleanup();
  await speak("en");
});

function choose(name: string, value: string): void {
  fireEvent.change(screen.getByRole("combobox", { name }), { target: { value } });
}

test("without a choice it is the browser's language", () => {
  expect(screen.getByRole<HTMLSelectElement>("combobox").selectedOptions[0]?.textContent).toBe("As the browser: English");
});

test("a language applies at once and is kept on this device, until the browser's is chosen again", async () => {
  choose("Language on this device", "de");
  await screen.findByRole("heading", { name: "Sprache" });
  expect(deviceChoices().language).toBe("de");
  expect(screen.getByRole<HTMLSelectElement>("combobox").value).toBe("de");
  choose("Sprache auf diesem Gerät", "");
  await screen.findByRole("heading", { name: "Language" });
  expect(deviceChoices().language).toBeNull();
});
