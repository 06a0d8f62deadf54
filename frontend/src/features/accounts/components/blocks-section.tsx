import { useEffect } from "react";

import { Button } from "@/shared/components/button";
import { useStore } from "@/shared/lib/use-store";
import { useUsers } from "@/shared/services/selectors";
import { useRealtime } from "@/shared/services/services";
import { useBlock } from "@/shared/services/use-block";
import { useTexts } from "@/shared/texts/use-texts";

import { Section } from "./section";
import styles from "./settings.module.css";

/** Whom the user has blocked, to think again. */
export function BlocksSection() {
  const texts = useTexts();
  const { blocks, directory } = useRealtime();
  const { users: blocked } = useStore(blocks.current);
  const users = useUsers();
  const block = useBlock();
  useEffect(() => directory.need(blocked), [directory, blocked]);
  return (
    <Section title={texts.people.blocked.title} problem={block.problem}>
      {blocked.length === 0 && <p className={styles.muted}>{texts.people.blocked.nobody}</p>}
      <ul className={styles.sessions}>
        {blocked.map((id) => {
          const name = users.get(id)?.name ?? texts.common.somebody;
          return (
            <li key={id}>
              <p>{name}</p>
              <Button
                small
                aria-label={texts.people.blocked.unblock(name)}
                busy={block.busy}
                onClick={() => void block.run(id, false)}
              >
                {texts.people.unblock.label}
              </Button>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
