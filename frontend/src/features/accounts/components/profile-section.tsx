import { useState, type SubmitEvent } from "react";

import { changeProfile } from "@/features/accounts/api/change-profile";
import { Avatar } from "@/shared/components/avatar";
import { Button } from "@/shared/components/button";
import { TextField } from "@/shared/components/text-field";
import { NAME_LENGTH, PALETTE, STATUS_LENGTH } from "@/shared/contract/limits";
import type { ChangeProfile } from "@/shared/contract/types";
import { formErrors, textOf } from "@/shared/lib/form-errors";
import { useAction } from "@/shared/lib/use-action";
import { useUser } from "@/shared/services/selectors";
import { useApi, useRealtime } from "@/shared/services/services";
import { useAllTexts } from "@/shared/texts/use-all-texts";

import { Section } from "./section";
import styles from "./settings.module.css";

/** What others see. */
export function ProfileSection() {
  const texts = useAllTexts();
  const api = useApi();
  const { me, directory } = useRealtime();
  const shown = useUser(me.id) ?? me;
  const [done, setDone] = useState<string | null>(null);
  const action = useAction(async (body: ChangeProfile) => {
    setDone(null);
    const { id, name, colour, status } = await changeProfile(api, body);
    directory.learn([{ id, name, colour: colour ?? null, status: status ?? "", deleted: false }]);
    setDone(texts.settings.saved);
  });
  const errors = formErrors(action.error, action.problem, ["name", "status"]);

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    void action.run({
      name: textOf(form, "name").trim(),
      status: textOf(form, "status").trim(),
      colour: Number(textOf(form, "colour")),
    });
  }

  return (
    <Section title={texts.settings.profile} problem={errors.form} done={done}>
      <form className={styles.form} noValidate onSubmit={submit}>
        <TextField
          label={texts.settings.name}
          name="name"
          autoComplete="nickname"
          defaultValue={shown.name}
          maxLength={NAME_LENGTH}
          error={errors.name}
        />
        <TextField
          label={texts.settings.status}
          name="status"
          autoComplete="off"
          defaultValue={shown.status ?? ""}
          maxLength={STATUS_LENGTH}
          error={errors.status}
        />
        <fieldset className={styles.colours}>
          <legend>{texts.settings.colour}</legend>
          {[-1, ...Array(PALETTE).keys()].map((colour) => (
            <label key={colour}>
              <input
                type="radio"
                name="colour"
                value={colour}
                aria-label={colour === -1 ? texts.settings.anyColour : texts.settings.colourNumber(colour + 1)}
                defaultChecked={(shown.colour ?? -1) === colour}
              />
              {colour === -1 ? texts.settings.any : <Avatar id={me.id} name={shown.name} colour={colour} size="small" />}
            </label>
          ))}
        </fieldset>
        <Button type="submit" look="primary" busy={action.busy}>
          {texts.settings.saveProfile}
        </Button>
      </form>
    </Section>
  );
}
