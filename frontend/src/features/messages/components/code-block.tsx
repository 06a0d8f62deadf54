import type { RootContent } from "hast";
import { useEffect, useState, type ReactNode } from "react";

import { useTexts } from "@/shared/texts/use-texts";

import styles from "./message-text.module.css";

interface CodeBlockProps {
  /** As it was named after the fence; empty where it was not. */
  readonly language: string;
  readonly text: string;
}

/** Code as it was written. Its colours come when they are loaded, and move nothing: the text is the same. */
export function CodeBlock({ language, text }: CodeBlockProps) {
  const texts = useTexts();
  const coloured = useColoured(language, text);
  return (
    <figure className={styles.block}>
      {language !== "" && <figcaption className={styles.language}>{language}</figcaption>}
      <pre
        className={styles.pre}
        tabIndex={0}
        aria-label={language === "" ? texts.messages.code : texts.messages.codeIn(language)}
        role="group"
      >
        <code>{coloured === null ? text : coloured.map(shown)}</code>
      </pre>
    </figure>
  );
}

interface Coloured {
  readonly language: string;
  readonly text: string;
  readonly nodes: readonly RootContent[];
}

/** The parts of the code by what they are; null until, or unless, they are known. */
function useColoured(language: string, text: string): readonly RootContent[] | null {
  const [coloured, setColoured] = useState<Coloured | null>(null);
  useEffect(() => {
    if (language === "") return;
    let overtaken = false;
    import("@/features/messages/lib/highlight").then(
      ({ highlight }) => {
        const nodes = highlight(language, text);
        if (!overtaken && nodes !== null) setColoured({ language, text, nodes });
      },
      // Without the colours it reads as well.
      () => undefined,
    );
    return () => {
      overtaken = true;
    };
  }, [language, text]);
  return coloured?.language === language && coloured.text === text ? coloured.nodes : null;
}

function shown(node: RootContent, index: number): ReactNode {
  if (node.type === "text") return node.value;
  if (node.type !== "element") return null;
  const { className } = node.properties;
  const kind = Array.isArray(className) ? String(className[0]).replace("hljs-", "") : undefined;
  return (
    <span key={index} data-kind={kind}>
      {node.children.map(shown)}
    </span>
  );
}
