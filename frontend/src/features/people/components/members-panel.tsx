import { Settings2, X } from "lucide-react";
import { useEffect, useMemo, useState, type ReactNode } from "react";

import { moderations } from "@/features/people/lib/moderation";
import { Avatar } from "@/shared/components/avatar";
import { IconButton } from "@/shared/components/button";
import { Problem } from "@/shared/components/notice";
import { Skeleton } from "@/shared/components/skeleton";
import type { Member, User } from "@/shared/contract/types";
import { lastSeenText } from "@/shared/lib/times";
import { useStore } from "@/shared/lib/use-store";
import type { PresenceState } from "@/shared/realtime/presence-watch";
import { useRoom } from "@/shared/services/selectors";
import { useRealtime } from "@/shared/services/services";
import { useMembers } from "@/shared/services/use-members";
import { useTexts } from "@/shared/texts/use-texts";

import { MemberDialog } from "./member-dialog";
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
  const texts = useTexts();
  const request = useMembers(room);
  return (
    <aside className={styles.panel} aria-label={texts.people.members}>
      <header className={styles.header}>
        <h2>{texts.people.members}</h2>
        <IconButton label={texts.people.closeMembers} onClick={onClose}>
          <X size={18} aria-hidden />
        </IconButton>
      </header>
      <div className={styles.scroller}>
        {request.status === "loading" && <Skeleton rows={5} label={texts.people.loadingMembers} />}
        {request.status === "failed" && <Problem problem={request.problem} onRetry={request.again} />}
        {request.status === "loaded" && <Members room={room} members={request.answer} onOpen={onOpen} />}
      </div>
      {children}
    </aside>
  );
}

interface MembersProps {
  readonly room: string;
  readonly members: readonly Member[];
  readonly onOpen: (room: string) => void;
}

function Members({ room: id, members, onOpen }: MembersProps) {
  const texts = useTexts();
  const room = useRoom(id);
  const [managed, setManaged] = useState<Member | null>(null);
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
  const actionsOn = (member: Member) => (room === undefined ? [] : moderations(room, me.id, member));
  const parts = { me: me.id, onChoose: choose, onManage: setManaged, manages: ({ user }: Member) => user.id !== me.id && user.deleted !== true };
  return (
    <>
      <Problem problem={open.problem} />
      <Part title={texts.people.online} members={shown.filter((it) => it.state !== "offline")} {...parts} />
      <Part title={texts.people.offline} members={shown.filter((it) => it.state === "offline")} {...parts} />
      {managed !== null && (
        <MemberDialog room={id} member={managed} actions={actionsOn(managed)} onClose={() => setManaged(null)} />
      )}
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
  /** Whether the caller can do anything to the member. */
  readonly manages: (member: Member) => boolean;
  readonly onManage: (member: Member) => void;
}

function Part({ title, members, me, onChoose, manages, onManage }: PartProps) {
  const texts = useTexts();
  if (members.length === 0) return null;
  return (
    <section>
      <h3 className={styles.part}>{texts.people.part(title, members.length)}</h3>
      <ul>
        {members.map((member) => (
          <li key={member.user.id} className={styles.row}>
            <PersonButton member={member} me={me} onChoose={onChoose} />
            {manages(member) && (
              <IconButton label={texts.people.manage(member.user.name)} onClick={() => onManage(member)}>
                <Settings2 size={16} aria-hidden />
              </IconButton>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

interface PersonButtonProps {
  readonly member: ShownMember;
  readonly me: string;
  readonly onChoose: (user: User) => void;
}

function PersonButton({ member: { user, role, muted, state, lastSeen }, me, onChoose }: PersonButtonProps) {
  const texts = useTexts();
  return (
            <button
              type="button"
              className={styles.person}
              disabled={user.id === me}
              title={user.id === me ? undefined : texts.people.message(user.name)}
              onClick={() => onChoose(user)}
            >
              <Avatar id={user.id} name={user.name} size="small" presence={state} />
              <span className={styles.name}>
                {user.name}
                {user.id === me && <span className={styles.role}> {texts.people.you}</span>}
                {state === "away" && <span className={styles.role}> {texts.people.away}</span>}
                {lastSeen !== undefined && (
                  <span className={styles.seen}>{lastSeenText(lastSeen, new Date())}</span>
                )}
              </span>
              {muted && <span className={styles.role}>{texts.people.muted}</span>}
              {role !== "member" && <span className={styles.role}>{texts.people.roles[role]}</span>}
            </button>
  );
}
