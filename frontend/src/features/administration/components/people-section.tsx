import { useCallback, useState } from "react";

import { listRoles } from "@/features/administration/api/roles";
import { outranks, type Role } from "@/features/administration/lib/ranks";
import { Avatar } from "@/shared/components/avatar";
import { Button } from "@/shared/components/button";
import { Problem } from "@/shared/components/notice";
import { Skeleton } from "@/shared/components/skeleton";
import { TextField } from "@/shared/components/text-field";
import type { UserRole, UserRoles } from "@/shared/contract/types";
import { useAction } from "@/shared/lib/use-action";
import { useRequest } from "@/shared/lib/use-request";
import { useSettled } from "@/shared/lib/use-settled";
import { useApi, useRealtime } from "@/shared/services/services";
import { useAllTexts } from "@/shared/texts/use-all-texts";

import styles from "./administration.module.css";
import { PersonDialog } from "./person-dialog";

interface RoleProps {
  /** The reader's. */
  readonly role: Role;
}

/** Everybody in the workspace. */
export function PeopleSection({ role }: RoleProps) {
  const texts = useAllTexts();
  const [text, setText] = useState("");
  const q = useSettled(text.trim());
  return (
    <section className={styles.section} aria-labelledby="people">
      <h2 id="people">{texts.administration.people}</h2>
      <TextField
        label={texts.administration.findPeople}
        type="search"
        autoComplete="off"
        maxLength={100}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <FoundPeople key={q} q={q} role={role} />
    </section>
  );
}

interface FoundPeopleProps extends RoleProps {
  readonly q: string;
}

function FoundPeople({ q, role }: FoundPeopleProps) {
  const texts = useAllTexts();
  const api = useApi();
  const request = useRequest(useCallback(() => listRoles(api, q), [api, q]));
  if (request.status === "loading") return <Skeleton rows={6} avatars label={texts.administration.loadingPeople} />;
  if (request.status === "failed") return <Problem problem={request.problem} onRetry={request.again} />;
  return <PeopleList first={request.answer} q={q} role={role} />;
}

interface PeopleListProps extends FoundPeopleProps {
  readonly first: UserRoles;
}

function PeopleList({ first, q, role }: PeopleListProps) {
  const texts = useAllTexts();
  const api = useApi();
  const [{ users, more }, setLoaded] = useState(first);
  const [managed, setManaged] = useState<UserRole | null>(null);
  const next = useAction(async () => {
    const page = await listRoles(api, q, users[users.length - 1]?.user.id);
    setLoaded({ users: [...users, ...page.users], more: page.more });
  });

  function change(changed: UserRole): void {
    setLoaded({ users: users.map((it) => (it.user.id === changed.user.id ? changed : it)), more });
    setManaged(null);
  }

  if (users.length === 0) return <p className={styles.muted}>{texts.administration.nobodyFound}</p>;
  return (
    <>
      <ul className={styles.list} aria-label={texts.administration.people}>
        {users.map((person) => (
          <Person key={person.user.id} person={person} role={role} onManage={() => setManaged(person)} />
        ))}
      </ul>
      <Problem problem={next.problem} />
      {more && (
        <Button busy={next.busy} onClick={() => void next.run()}>
          {texts.administration.morePeople}
        </Button>
      )}
      {managed !== null && (
        <PersonDialog person={managed} role={role} onChanged={change} onClose={() => setManaged(null)} />
      )}
    </>
  );
}

interface PersonProps extends RoleProps {
  readonly person: UserRole;
  readonly onManage: () => void;
}

function Person({ person, role, onManage }: PersonProps) {
  const texts = useAllTexts();
  const { me } = useRealtime();
  const { user } = person;
  const manageable = user.id !== me.id && user.deleted !== true && outranks(role, person.role);
  return (
    <li>
      <Avatar id={user.id} name={user.name} colour={user.colour} size="small" />
      <div className={styles.about}>
        <p className={styles.name}>
          {user.name}
          {user.id === me.id && ` ${texts.administration.you}`}
        </p>
        <p className={styles.muted}>
          {texts.administration.roles[person.role]}
          {person.disabled === true && `, ${texts.administration.disabled}`}
        </p>
      </div>
      {manageable && (
        <Button small aria-label={texts.administration.manageNamed(user.name)} onClick={onManage}>
          {texts.administration.manage}
        </Button>
      )}
    </li>
  );
}
