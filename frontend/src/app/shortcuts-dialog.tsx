import { Fragment } from "react";

import { Dialog } from "@/shared/components/dialog";

import styles from "./shortcuts-dialog.module.css";

const MAC = /Mac|iP(?:hone|ad)/u.test(navigator.userAgent);
const COMMAND = MAC ? "⌘" : "Ctrl";
const ALT = MAC ? "⌥" : "Alt";

const SHORTCUTS: readonly (readonly [readonly string[], string])[] = [
  [[COMMAND, "K"], "Go to a room or person"],
  [[ALT, "↑ ↓"], "Previous or next room"],
  [[ALT, "Shift", "↑ ↓"], "Previous or next room with something new"],
  [["Enter"], "Send the message"],
  [["Shift", "Enter"], "Begin a new line"],
  [["↑"], "Edit your last message, when nothing is written"],
  [["↑ ↓"], "From message to message, in the list of messages"],
  [["Esc"], "Close what is open, or leave what was begun"],
  [[COMMAND, "/"], "Show these keys"],
];

export function ShortcutsDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <dl className={styles.list}>
        {SHORTCUTS.map(([keys, does]) => (
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
