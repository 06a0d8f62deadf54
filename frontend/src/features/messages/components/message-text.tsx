import { useMemo } from "react";
import { Link } from "wouter";

import { parseMessage, type Block, type Inline } from "@/features/messages/lib/markdown";
import { isNamed } from "@/features/messages/lib/room-links";
import { classNames } from "@/shared/components/class-names";
import { useRoom, useUser } from "@/shared/services/selectors";
import { useRealtime } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

import { CodeBlock } from "./code-block";
import styles from "./message-group.module.css";
import textStyles from "./message-text.module.css";

/** A text with its marks as what they mean; mentioned users are called by their names, and all else is as written. */
export function MessageText({ text }: { readonly text: string }) {
  const blocks = useMemo(() => parseMessage(text), [text]);
  return <Blocks blocks={blocks} />;
}

function Blocks({ blocks }: { readonly blocks: readonly Block[] }) {
  return blocks.map((block, index) => <OneBlock key={index} block={block} />);
}

function OneBlock({ block }: { readonly block: Block }) {
  switch (block.kind) {
    case "paragraph":
      return (
        <p>
          <Inlines content={block.content} />
        </p>
      );
    case "code":
      return <CodeBlock language={block.language} text={block.text} />;
    case "quote":
      return (
        <blockquote className={textStyles.quote}>
          <Blocks blocks={block.blocks} />
        </blockquote>
      );
    case "list": {
      const List = block.ordered ? "ol" : "ul";
      return (
        <List className={textStyles.list}>
          {block.items.map(({ number, blocks }, index) => (
            <li key={index} value={number}>
              <Blocks blocks={blocks} />
            </li>
          ))}
        </List>
      );
    }
  }
}

function Inlines({ content }: { readonly content: readonly Inline[] }) {
  return content.map((inline, index) => <OneInline key={index} inline={inline} />);
}

function OneInline({ inline }: { readonly inline: Inline }) {
  switch (inline.kind) {
    case "text":
      return inline.text;
    case "code":
      return <code className={textStyles.code}>{inline.text}</code>;
    case "strong":
      return (
        <strong className={textStyles.strong}>
          <Inlines content={inline.content} />
        </strong>
      );
    case "emphasis":
      return (
        <em>
          <Inlines content={inline.content} />
        </em>
      );
    case "struck":
      return (
        <s>
          <Inlines content={inline.content} />
        </s>
      );
    case "link":
      return (
        <a href={inline.href} title={inline.href} target="_blank" rel="noopener noreferrer nofollow">
          {inline.text}
        </a>
      );
    case "mention":
      return <Mention user={inline.user} />;
    case "room":
      return <RoomLink id={inline.room} />;
  }
}

function Mention({ user }: { readonly user: string }) {
  const texts = useTexts();
  const { me } = useRealtime();
  const name = useUser(user)?.name;
  return <span className={classNames(styles.mention, user === me.id && styles.me)}>@{name ?? texts.messages.somebody}</span>;
}

/** Leads to a room of the reader's; of others not even the name is told. */
function RoomLink({ id }: { readonly id: string }) {
  const texts = useTexts();
  const room = useRoom(id);
  if (room === undefined || !isNamed(room)) return <em>{texts.messages.privateRoom}</em>;
  return (
    <Link href={`/rooms/${id}`} className={styles.mention}>
      #{room.name}
    </Link>
  );
}
