import { moderate, type Moderation } from "@/features/people/api/moderate";
import { Button } from "@/shared/components/button";
import { Dialog } from "@/shared/components/dialog";
import { Problem } from "@/shared/components/notice";
import type { Member } from "@/shared/contract/types";
import { useAction } from "@/shared/lib/use-action";
import { useApi } from "@/shared/services/services";

import styles from "./people.module.css";

const WORDS: Readonly<Record<Moderation, readonly [label: string, consequence: string]>> = {
  moderator: ["Make moderator", "Can mute, remove and ban members, and delete messages."],
  member: ["Make member", "Can no longer moderate."],
  mute: ["Mute", "Reads along and cannot write."],
  unmute: ["Unmute", "Can write again."],
  kick: ["Remove", "Is out, and can come again."],
  ban: ["Ban", "Is out, and cannot come again until the ban is lifted."],
  transfer: ["Hand the room on", "Becomes the owner; you become a moderator."],
};

interface MemberDialogProps {
  readonly room: string;
  readonly member: Member;
  readonly actions: readonly Moderation[];
  readonly onClose: () => void;
}

/** What the caller can do to a member, one button each. */
export function MemberDialog({ room, member, actions, onClose }: MemberDialogProps) {
  const api = useApi();
  const action = useAction(async (chosen: Moderation) => {
    await moderate(api, room, member, chosen);
    onClose();
  });
  return (
    <Dialog title={member.user.name} onClose={onClose}>
      <Problem problem={action.problem} />
      <ul className={styles.actions}>
        {actions.map((it) => (
          <li key={it}>
            <Button
              small
              look={it === "kick" || it === "ban" ? "danger" : "plain"}
              busy={action.busy}
              onClick={() => void action.run(it)}
            >
              {WORDS[it][0]}
            </Button>
            <span className={styles.role}>{WORDS[it][1]}</span>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
