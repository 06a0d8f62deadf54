import { X } from "lucide-react";
import { useEffect, useMemo, type ReactNode } from "react";

import { Avatar } from "@/shared/components/avatar";
import { IconButton } from "@/shared/components/button";
import { Problem } from "@/shared/components/notice";
import { Skeleton } from "@/shared/components/skeleton";
import type { Member, User } from "@/shared/contract/types";
import { lastSeenText } from "@/shared/lib/times";
import { useStore } from "@/shared/lib/use-store";
import type { PresenceState } from "@/shared/realtime/presence-watch";
import { useRealtime } from "@/shared/services/services";
import { useMembers } from "@/shared/services/use-members";

import styles from "./people.module.css";
import { useDirectMessage } from "./use-direct-message";

interface MembersPanelProps {
  readonly room: string;
  readonly onClose: () => void;
  readonly onOpen: (room: string) => void;
  /** What else can be done here. */
  readonly children?: ReactNode;
}

/** Who is in the room, who of them is online, away or when last seen, and one click to talk to them. */
export function MembersPanel({ room, onClose, onOpen, children }: MembersPanelProps) {
  const request = useMembers(room);
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
  const sightings = useStore(presence.sightings);
  const open = useDirectMessage(onOpen);

  useEffect(() => {
    directory.learn(members.map((member) => member.user));
    presence.watch(
      "members",
      members.map((member) => member.user.id),
    );
    return () => presence.watch("members", []);
  }, [directory, presence, members]);

  const shown = useMemo<readonly ShownMember[]>(
    () =>
      members.map((member) => {
        const seen = sightings.get(member.user.id);
        // Whoever sees this is online.
        const state = member.user.id === me.id ? "online" : (seen?.state ?? "offline");
        return { ...member, state, lastSeen: seen?.lastSeen };
      }),
    [members, sightings, me.id],
  );
  const choose = (user: User) => void open.run(user);
  return (
    <>
      <Problem problem={open.problem} />
      <Part title="Online" members={shown.filter((it) => it.state !== "offline")} me={me.id} onChoose={choose} />
      <Part title="Offline" members={shown.filter((it) => it.state === "offline")} me={me.id} onChoose={choose} />
    </>
  );
}

interface ShownMember extends Member {
  readonly state: PresenceState;
  readonly lastSeen: number | undefined;
}

interface PartProps {
  readonly title: string;
  readonly members: readonly ShownMember[];
  readonly me: string;
  readonly onChoose: (user: User) => void;
}

function Part({ title, members, me, onChoose }: PartProps) {
  if (members.length === 0) return null;
  return (
    <section>
      <h3 className={styles.part}>
        {title} · {members.length}
      </h3>
      <ul>
        {members.map(({ user, role, state, lastSeen }) => (
          <li key={user.id}>
            <button
              type="button"
              className={styles.person}
              disabled={user.id === me}
              title={user.id === me ? undefined : `Message ${user.name}`}
              onClick={() => onChoose(user)}
            >
              <Avatar id={user.id} name={user.name} size="small" presence={state} />
              <span className={styles.name}>
                {user.name}
                {user.id === me && <span className={styles.role}> you</span>}
                {state === "away" && <span className={styles.role}> away</span>}
                {lastSeen !== undefined && (
                  <span className={styles.role}> {lastSeenText(lastSeen, new Date())}</span>
                )}
              </span>
              {role === "owner" && <span className={styles.role}>owner</span>}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
