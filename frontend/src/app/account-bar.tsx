import { LogOut, Settings, ShieldCheck } from "lucide-react";
import { Link } from "wouter";

import { IconButton } from "@/shared/components/button";
import { Logo } from "@/shared/components/logo";
import { Problem } from "@/shared/components/notice";
import { useAction } from "@/shared/lib/use-action";
import { useAdministers, useUser } from "@/shared/services/selectors";
import { useRealtime, useSession } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./shell.module.css";

/** Whose Parley this is, and the way out. */
export function AccountBar() {
  const texts = useTexts();
  const session = useSession();
  const { me } = useRealtime();
  const name = useUser(me.id)?.name ?? me.name;
  const administers = useAdministers();
  const logOut = useAction(() => session.signOut());
  return (
    <header className={styles.account}>
      <Logo size={28} />
      <div className={styles.who}>
        <h1>{texts.common.parley}</h1>
        <p>{name}</p>
      </div>
      {administers && (
        <Link href="/admin" className={styles.settings} aria-label={texts.app.administration} title={texts.app.administration}>
          <ShieldCheck size={17} aria-hidden />
        </Link>
      )}
      <Link href="/settings" className={styles.settings} aria-label={texts.app.settings} title={texts.app.settings}>
        <Settings size={17} aria-hidden />
      </Link>
      <IconButton label={texts.app.logOut} aria-disabled={logOut.busy} onClick={() => void logOut.run()}>
        <LogOut size={17} aria-hidden />
      </IconButton>
      <Problem problem={logOut.problem} />
    </header>
  );
}
