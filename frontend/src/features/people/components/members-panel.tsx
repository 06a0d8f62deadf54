import { X } from "lucide-react";
import { useCallback, useEffect, useMemo, type ReactNode } from "react";

import { loadMembers } from "@/features/people/api/load-members";
import { Avatar } from "@/shared/components/avatar";
import { IconButton } from "@/shared/components/button";
import { Problem } from "@/shared/components/notice";
import { Skeleton } from "@/shared/components/skeleton";
import type { Member, User } from "@/shared/contract/types";
import { useRequest } from "@/shared/lib/use-request";
import { useSelected, useStore } from "@/shared/lib/use-store";
import { useApi, useRealtime } from "@/shared/services/services";

import styles from "./people.module.css";
import { useDirectMessage } from "./use-direct-message";

interface MembersPanelProps {
  readonly room: string;
  readonly onClose: () => void;
  readonly onOpen: (room: string) => void;
  /** What else can be done here. */
  readonly children?: ReactNode;
}

/** Who is in the room, who of them is online, and one click to talk to them. */
export function MembersPanel({ room, onClose, onOpen, children }: MembersPanelProps) {
  const api = useApi();
  const { memberships } = useRealtime();
  const version = useSelected(memberships, (counts) => counts.get(room) ?? 0);
  // eslint-disable-next-line react-hooks/exhaustive-deps -- a change of membership is the reason to ask again
  const ask = useCallback(() => loadMembers(api, room), [api, room, version]);
  const request = useRequest(ask);
  return (
    <aside className={styles.panel} aria-label="Members">
      <header className={styles.header}>
        <h2>Members</h2>
        <IconButton label="Close members" onClick={onClose}>
          <X size={18} aria-hidden />
        </IconButton>
      </header>
      <div className={styles.scroller}>
        {request.status === "loading" && <Skeleton rows={5} label="Loading members" />}
        {request.status === "failed" && <Problem problem={request.problem} onRetry={request.again} />}
        {request.status === "loaded" && <Members members={request.answer} onOpen={onOpen} />}
      </div>
      {children}
    </aside>
  );
}

interface MembersProps {
  readonly members: readonly Member[];
  readonly onOpen: (room: string) => void;
}

function Members({ members, onOpen }: MembersProps) {
  const { me, presence, directory } = useRealtime();
  const online = useStore(presence.online);
  const open = useDirectMessage(onOpen);

  useEffect(() => {
    directory.learn(members.map((member) => member.user));
    presence.watch(
      "members",
      members.map((member) => member.user.id),
    );
    return () => presence.watch("members", []);
  }, [directory, presence, members]);

  // Whoever sees this is online.
  const here = useMemo(
    () => members.filter(({ user }) => user.id === me.id || online.has(user.id)),
    [members, online, me.id],
  );
  const away = useMemo(() => members.filter((member) => !here.includes(member)), [members, here]);
  const choose = (user: User) => void open.run(user);
  return (
    <>
      <Problem problem={open.problem} />
      <Part title="Online" online members={here} me={me.id} onChoose={choose} />
      <Part title="Offline" online={false} members={away} me={me.id} onChoose={choose} />
    </>
  );
}

interface PartProps {
  readonly title: string;
  readonly online: boolean;
  readonly members: readonly Member[];
  readonly me: string;
  readonly onChoose: (user: User) => void;
}

function Part({ title, online, members, me, onChoose }: PartProps) {
  if (members.length === 0) return null;
  return (
    <section>
      <h3 className={styles.part}>
        {title} · {members.length}
      </h3>
      <ul>
        {members.map(({ user, role }) => (
          <li key={user.id}>
            <button
              type="button"
              className={styles.person}
              disabled={user.id === me}
              title={user.id === me ? undefined : `Message ${user.name}`}
              onClick={() => onChoose(user)}
            >
              <Avatar id={user.id} name={user.name} size="small" online={online} />
              <span className={styles.name}>
                {user.name}
                {user.id === me && <span className={styles.role}> you</span>}
              </span>
              {role === "owner" && <span className={styles.role}>owner</span>}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
