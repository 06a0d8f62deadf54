import { useMemo } from "react";

import type { User } from "@/shared/contract/types";
import { useRealtime } from "@/shared/services/services";
import { useMembers } from "@/shared/services/use-members";

const NOBODY: readonly User[] = [];

export interface People {
  /** Who is offered while a name is being typed. */
  readonly offered: readonly User[];
  /** Who a name may mean when the text is sent: until the members are known, anybody who is. */
  readonly meant: () => Iterable<User>;
}

/** Who can be mentioned in the room; asked for once the text has an @. */
export function usePeople(room: string, text: string): People {
  const { me, directory } = useRealtime();
  const request = useMembers(room, text.includes("@"));
  const members = useMemo(
    () => (request.status === "loaded" ? request.answer.map((member) => member.user) : NOBODY),
    [request],
  );
  const offered = useMemo(() => members.filter((user) => user.id !== me.id), [members, me.id]);
  return { offered, meant: () => (members.length > 0 ? members : directory.users.get().values()) };
}
