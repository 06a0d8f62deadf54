import { useState, type SubmitEvent } from "react";

import { disableAccount, setWorkspaceRole } from "@/features/administration/api/roles";
import { givable, type Role } from "@/features/administration/lib/ranks";
import { Button } from "@/shared/components/button";
import { Dialog } from "@/shared/components/dialog";
import { Problem } from "@/shared/components/notice";
import type { UserRole } from "@/shared/contract/types";
import { useAction } from "@/shared/lib/use-action";
import { useApi } from "@/shared/services/services";

import styles from "./administration.module.css";

const MEANINGS: Readonly<Record<Role, string>> = {
  owner: "There is one: may do everything.",
  admin: "Moderates, invites, and manages members and guests.",
  member: "Makes rooms and joins public ones.",
  guest: "Is in the rooms that he or she was added to, and sees no others.",
};

interface PersonDialogProps {
  readonly person: UserRole;
  /** The reader's. */
  readonly role: Role;
  readonly onChanged: (changed: UserRole) => void;
  readonly onClose: () => void;
}

/** What an administrator can do with somebody of a lower rank. */
export function PersonDialog({ person, role, onChanged, onClose }: PersonDialogProps) {
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
    <Dialog title={`Manage ${user.name}`} onClose={onClose}>
      <form className={styles.form} onSubmit={submit}>
        <fieldset className={styles.choices}>
          <legend>Role in the workspace</legend>
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
                {given}
                <span className={styles.muted}>{MEANINGS[given]}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <Problem problem={change.problem} />
        <Button type="submit" look="primary" busy={change.busy}>
          Save role
        </Button>
      </form>
      <Disabling person={person} onChanged={onChanged} />
    </Dialog>
  );
}

type DisablingProps = Pick<PersonDialogProps, "person" | "onChanged">;

/** Disables the account, or enables it again, at the second press. */
function Disabling({ person, onChanged }: DisablingProps) {
  const api = useApi();
  const [sure, setSure] = useState(false);
  const on = person.disabled !== true;
  const { id, name } = person.user;
  const action = useAction(async () => {
    await disableAccount(api, id, on);
    onChanged({ ...person, disabled: on });
  });
  const verb = on ? "Disable" : "Enable";
  return (
    <div className={styles.form}>
      <p role="status">{sure && consequence(name, on)}</p>
      <Problem problem={action.problem} />
      <Button
        look={on ? "danger" : "plain"}
        busy={action.busy}
        onClick={() => (sure ? void action.run() : setSure(true))}
      >
        {sure ? `Yes, ${verb.toLowerCase()} it` : `${verb} account`}
      </Button>
    </div>
  );
}

function consequence(name: string, on: boolean): string {
  if (on) return `${name} is logged out everywhere at once and cannot log in until the account is enabled again.`;
  return `${name} can log in again, and is in the same rooms as before.`;
}
