import { useState } from "react";

import { SelectField } from "@/shared/components/select-field";
import { chooseForDevice, deviceChoices } from "@/shared/lib/device-choices";
import { useAction } from "@/shared/lib/use-action";
import { speak } from "@/shared/texts/language";
import { isLanguage, LANGUAGE_NAMES, languageOf, type Language } from "@/shared/texts/locale";
import { useAllTexts } from "@/shared/texts/use-all-texts";

import { Section } from "./section";

/** Which language this device speaks; it applies at once. */
export function LanguageSection() {
  const texts = useAllTexts();
  const [chosen, setChosen] = useState(() => deviceChoices().language);
  const choose = useAction(async (language: Language | null) => {
    await speak(language ?? languageOf());
    setChosen(chooseForDevice({ language }).language);
  });
  return (
    <Section title={texts.settings.language} problem={choose.problem}>
      <SelectField
        label={texts.settings.languageOfDevice}
        value={chosen ?? ""}
        onChange={({ currentTarget: { value } }) => void choose.run(isLanguage(value) ? value : null)}
      >
        <option value="">{texts.settings.asBrowser(LANGUAGE_NAMES[languageOf()])}</option>
        {Object.entries(LANGUAGE_NAMES).map(([language, name]) => (
          <option key={language} value={language} lang={language}>
            {name}
          </option>
        ))}
      </SelectField>
    </Section>
  );
}
