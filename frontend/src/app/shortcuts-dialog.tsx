import { Fragment } from "react";

import { Dialog } from "@/shared/components/dialog";
import type { Texts } from "@/shared/texts/en";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./shortcuts-dialog.module.css";

const MAC = /Mac|iP(?:hone|ad)/u.test(navigator.userAgent);

function shortcutsIn({ shortcuts, keys }: Texts["app"]): readonly (readonly [readonly string[], string])[] {
  const command = MAC ? "⌘" : keys.command;
  const alt = MAC ? "⌥" : keys.alt;
  return [
    [[command, "K"], shortcuts.switch],
    [[alt, "↑ ↓"], shortcuts.neighbour],
    [[alt, keys.shift, "↑ ↓"], shortcuts.unread],
    [[keys.enter], shortcuts.send],
    [[keys.shift, keys.enter], shortcuts.newLine],
    [["↑"], shortcuts.editLast],
    [["↑ ↓"], shortcuts.move],
    [[keys.escape], shortcuts.escape],
    [[command, "/"], shortcuts.help],
  ];
}

export function ShortcutsDialog({ onClose }: { readonly onClose: () => void }) {
  const texts = useTexts();
  return (
    <Dialog title={texts.app.shortcuts.title} onClose={onClose}>
      <dl className={styles.list}>
        {shortcutsIn(texts.app).map(([keys, does]) => (
          <Fragment key={does}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </Fragment>
        ))}
      </dl>
    </Dialog>
  );
}
