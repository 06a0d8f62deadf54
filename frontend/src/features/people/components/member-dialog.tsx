import { moderate, type Moderation } from "@/features/people/api/moderate";
import { Button } from "@/shared/components/button";
import { Dialog } from "@/shared/components/dialog";
import { Problem } from "@/shared/components/notice";
import type { Member, User } from "@/shared/contract/types";
import { useAction } from "@/shared/lib/use-action";
import { useHasBlocked } from "@/shared/services/selectors";
import { useApi } from "@/shared/services/services";
import { useBlock } from "@/shared/services/use-block";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./people.module.css";

interface MemberDialogProps {
  readonly room: string;
  readonly member: Member;
  readonly actions: readonly Moderation[];
  readonly onClose: () => void;
}

/** What the caller can do to a member, one button each. */
export function MemberDialog({ room, member, actions, onClose }: MemberDialogProps) {
  const texts = useTexts();
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
              {texts.people.moderations[it].label}
            </Button>
            <span className={styles.role}>{texts.people.moderations[it].consequence}</span>
          </li>
        ))}
        <BlockAction user={member.user} />
      </ul>
    </Dialog>
  );
}

function BlockAction({ user }: { readonly user: User }) {
  const texts = useTexts();
  const block = useBlock();
  const blocked = useHasBlocked(user.id);
  const words = blocked ? texts.people.unblock : texts.people.block;
  return (
    <li>
      <Button small look={blocked ? "plain" : "danger"} busy={block.busy} onClick={() => void block.run(user.id, !blocked)}>
        {words.label}
      </Button>
      <span className={styles.role}>{block.problem ?? words.consequence}</span>
    </li>
  );
}
