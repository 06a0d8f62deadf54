import type { ButtonHTMLAttributes, ReactNode } from "react";

import styles from "./button.module.css";
import { classNames } from "./class-names";

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: "primary" | "plain" | "quiet" | "danger";
  readonly small?: boolean;
  /** What it set off is under way: it cannot be pressed again, but keeps the focus. */
  readonly busy?: boolean;
  readonly children: ReactNode;
}

export function Button({ look = "plain", small, busy, className, onClick, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={classNames(styles.button, styles[look], small && styles.small, className)}
      aria-disabled={busy === true ? true : undefined}
      onClick={(event) => {
        if (busy === true) event.preventDefault();
        else onClick?.(event);
      }}
      {...rest}
    >
      {children}
    </button>
  );
}

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** What it does, for those who do not see the icon and as the tooltip. */
  readonly label: string;
  readonly children: ReactNode;
}

export function IconButton({ label, className, children, ...rest }: IconButtonProps) {
  return (
    <button type="button" aria-label={label} title={label} className={classNames(styles.icon, className)} {...rest}>
      {children}
    </button>
  );
}
