import { textParts } from "@/features/messages/lib/text-parts";
import { classNames } from "@/shared/components/class-names";
import { useUser } from "@/shared/services/selectors";
import { useRealtime } from "@/shared/services/services";

import styles from "./message-group.module.css";

/** Text is text; only addresses of the web become links, and mentioned users are called by their names. */
export function MessageText({ text }: { readonly text: string }) {
  return textParts(text).map((part, index) => {
    switch (part.kind) {
      case "text":
        return part.text;
      case "link":
        return (
          <a key={index} href={part.href} target="_blank" rel="noopener noreferrer nofollow">
            {part.text}
          </a>
        );
      case "mention":
        return <Mention key={index} user={part.user} />;
    }
  });
}

function Mention({ user }: { readonly user: string }) {
  const { me } = useRealtime();
  const name = useUser(user)?.name;
  return <span className={classNames(styles.mention, user === me.id && styles.me)}>@{name ?? "somebody"}</span>;
}
