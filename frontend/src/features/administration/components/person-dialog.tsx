import { useState, type SubmitEvent } from "react";

import { disableAccount, setWorkspaceRole } from "@/features/administration/api/roles";
import { givable, type Role } from "@/features/administration/lib/ranks";
import { Button } from "@/shared/components/button";
import { Dialog } from "@/shared/components/dialog";
import { Problem } from "@/shared/components/notice";
import type { UserRole } from "@/shared/contract/types";
import { useAction } from "@/shared/lib/use-action";
import { useApi } from "@/shared/services/services";
import { useAllTexts } from "@/shared/texts/use-all-texts";

import styles from "./administration.module.css";

interface PersonDialogProps {
  readonly person: UserRole;
  /** The reader's. */
  readonly role: Role;
  readonly onChanged: (changed: UserRole) => void;
  readonly onClose: () => void;
}

/** What an administrator can do with somebody of a lower rank. */
export function PersonDialog({ person, role, onChanged, onClose }: PersonDialogProps) {
  const texts = useAllTexts();
  const api = useApi();
  const { user } = person;
  const [chosen, setChosen] = useState(person.role);
  const change = useAction(async () => {
    await setWorkspaceRole(api, user.id, chosen);
    onChanged({ ...person, role: chosen });
  });

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (chosen === person.role) onClose();
    else void change.run();
  }

  return (
    <Dialog title={texts.administration.manageNamed(user.name)} onClose={onClose}>
      <form className={styles.form} onSubmit={submit}>
        <fieldset className={styles.choices}>
          <legend>{texts.administration.workspaceRole}</legend>
          {givable(role).map((given) => (
            <label key={given}>
              <input
                type="radio"
                name="role"
                value={given}
                checked={chosen === given}
                onChange={() => setChosen(given)}
              />
              <span>
                {texts.administration.roles[given]}
                <span className={styles.muted}>{texts.administration.meanings[given]}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <Problem problem={change.problem} />
        <Button type="submit" look="primary" busy={change.busy}>
          {texts.administration.saveRole}
        </Button>
      </form>
      <Disabling person={person} onChanged={onChanged} />
    </Dialog>
  );
}

type DisablingProps = Pick<PersonDialogProps, "person" | "onChanged">;

/** Disables the account, or enables it again, at the second press. */
function Disabling({ person, onChanged }: DisablingProps) {
  const texts = useAllTexts();
  const api = useApi();
  const [sure, setSure] = useState(false);
  const on = person.disabled !== true;
  const { id, name } = person.user;
  const action = useAction(async () => {
    await disableAccount(api, id, on);
    onChanged({ ...person, disabled: on });
  });
  const words = texts.administration;
  const consequence = on ? words.disableConsequence(name) : words.enableConsequence(name);
  const ask = on ? words.disable : words.enable;
  const confirm = on ? words.disableSurely : words.enableSurely;
  return (
    <div className={styles.form}>
      <p role="status">{sure && consequence}</p>
      <Problem problem={action.problem} />
      <Button
        look={on ? "danger" : "plain"}
        busy={action.busy}
        onClick={() => (sure ? void action.run() : setSure(true))}
      >
        {sure ? confirm : ask}
      </Button>
    </div>
  );
}
