import { MessagesSquare } from "lucide-react";

import { Button } from "@/shared/components/button";
import { Notice } from "@/shared/components/notice";
import { useRooms } from "@/shared/services/selectors";

import styles from "./shell.module.css";
import { useTitle } from "./use-title";

interface WelcomePageProps {
  readonly onCreate: () => void;
  readonly onBrowse: () => void;
}

/** Beside the list, while nothing is open. */
export function WelcomePage({ onCreate, onBrowse }: WelcomePageProps) {
  const none = useRooms().size === 0;
  useTitle(null);
  return (
    <main className={styles.main}>
      <Notice
        icon={<MessagesSquare size={36} aria-hidden />}
        title={none ? "Welcome to Parley" : "Pick a conversation"}
      >
        <p>{none ? "Join a room to see what is going on, or create one of your own." : "Or find a new one."}</p>
        <div className={styles.buttons}>
          <Button look="primary" onClick={onBrowse}>
            Browse rooms
          </Button>
          <Button onClick={onCreate}>Create a room</Button>
        </div>
      </Notice>
    </main>
  );
}
