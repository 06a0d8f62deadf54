import { useCallback, useEffect, useMemo, useState } from "react";

import { findUsers } from "@/features/people/api/find-users";
import { Avatar, PresenceText } from "@/shared/components/avatar";
import { Dialog } from "@/shared/components/dialog";
import { Problem } from "@/shared/components/notice";
import { Skeleton } from "@/shared/components/skeleton";
import { TextField } from "@/shared/components/text-field";
import type { User } from "@/shared/contract/types";
import { useRequest } from "@/shared/lib/use-request";
import { useSettled } from "@/shared/lib/use-settled";
import { useSighting, useUsers } from "@/shared/services/selectors";
import { useApi, useRealtime } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./people.module.css";
import { useDirectMessage } from "./use-direct-message";

interface DirectMessageDialogProps {
  readonly onClose: () => void;
  readonly onOpen: (room: string) => void;
}

const ACQUAINTANCES = 30;

export function DirectMessageDialog({ onClose, onOpen }: DirectMessageDialogProps) {
  const texts = useTexts();
  const [text, setText] = useState("");
  const q = useSettled(text.trim());
  const open = useDirectMessage(onOpen);
  return (
    <Dialog title={texts.people.newDirectMessage} onClose={onClose}>
      <TextField
        label={texts.people.findPerson}
        type="search"
        autoComplete="off"
        maxLength={100}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Problem problem={open.problem} />
      <div className={styles.results}>
        {q === "" ? (
          <Acquaintances onChoose={(user) => void open.run(user)} />
        ) : (
          <Found key={q} q={q} onChoose={(user) => void open.run(user)} />
        )}
      </div>
    </Dialog>
  );
}

interface ChoiceProps {
  readonly onChoose: (user: User) => void;
}

/** Those the caller shares a room with, until a name is typed. */
function Acquaintances({ onChoose }: ChoiceProps) {
  const texts = useTexts();
  const users = useUsers();
  const known = useMemo(
    () => [...users.values()].sort((one, other) => one.name.localeCompare(other.name)).slice(0, ACQUAINTANCES),
    [users],
  );
  return <People users={known} empty={texts.people.typeName} onChoose={onChoose} />;
}

function Found({ q, onChoose }: ChoiceProps & { readonly q: string }) {
  const texts = useTexts();
  const api = useApi();
  const ask = useCallback(() => findUsers(api, q), [api, q]);
  const request = useRequest(ask);
  if (request.status === "loading") return <Skeleton rows={4} label={texts.people.searching} />;
  if (request.status === "failed") return <Problem problem={request.problem} onRetry={request.again} />;
  return <People users={request.answer} empty={texts.people.nobodyFound} onChoose={onChoose} />;
}

interface PeopleProps extends ChoiceProps {
  readonly users: readonly User[];
  readonly empty: string;
}

function People({ users, empty, onChoose }: PeopleProps) {
  const { me, presence } = useRealtime();
  const others = useMemo(() => users.filter((user) => user.id !== me.id), [users, me.id]);

  useEffect(() => {
    presence.watch(
      "search",
      others.map((user) => user.id),
    );
    return () => presence.watch("search", []);
  }, [presence, others]);

  if (others.length === 0) return <p className={styles.muted}>{empty}</p>;
  return (
    <ul>
      {others.map((user) => (
        <Person key={user.id} user={user} onChoose={onChoose} />
      ))}
    </ul>
  );
}

function Person({ user, onChoose }: ChoiceProps & { readonly user: User }) {
  const { state } = useSighting(user.id);
  return (
    <li>
      <button type="button" className={styles.person} onClick={() => onChoose(user)}>
        <Avatar id={user.id} name={user.name} size="small" presence={state} />
        <span className={styles.name}>{user.name}</span>
        <PresenceText presence={state} />
      </button>
    </li>
  );
}
