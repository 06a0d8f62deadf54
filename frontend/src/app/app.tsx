import { lazy, Suspense, useEffect } from "react";
import { useLocation } from "wouter";

import { AccountCard } from "@/features/accounts/components/account-card";
import { ConfirmEmailPage } from "@/features/accounts/components/confirm-email-page";
import { IdentityConsent } from "@/features/accounts/components/identity-consent";
import { ResetPage } from "@/features/accounts/components/reset-page";
import { Button } from "@/shared/components/button";
import { Notice } from "@/shared/components/notice";
import { useStore } from "@/shared/lib/use-store";
import { RealtimeContext, SessionContext } from "@/shared/services/services";
import type { Session } from "@/shared/session/session";
import { spoken } from "@/shared/texts/language";
import { useTexts } from "@/shared/texts/use-texts";

import { Announcements } from "./announcements";
import { LoadingBoundary } from "./loading-boundary";
import { Shell } from "./shell";
import { StartingScreen } from "./starting-screen";
import { UpdateNotice } from "./update-notice";

// Not for the first screen.
const SettingsPage = lazy(async () => ({
  default: (await import("@/features/accounts/components/settings-page")).SettingsPage,
}));
const AdministrationPage = lazy(async () => ({
  default: (await import("@/features/administration/components/administration-page")).AdministrationPage,
}));

export function App({ session }: { readonly session: Session }) {
  // All of the page is rendered anew in another language: times, too.
  const { language } = useStore(spoken);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return (
    <SessionContext value={session}>
      <Screen session={session} />
      <UpdateNotice />
    </SessionContext>
  );
}

function Screen({ session }: { readonly session: Session }) {
  const texts = useTexts();
  const state = useStore(session.state);
  const [path, navigate] = useLocation();

  // Where links in mails lead, signed in or not.
  const goOn = () => {
    navigate("/", { replace: true });
    if (state.status !== "signed-in") void session.start();
  };
  if (path === "/reset") return <ResetPage onDone={goOn} />;
  if (path === "/email") return <ConfirmEmailPage onDone={goOn} />;

  switch (state.status) {
    case "starting":
      return <StartingScreen />;
    case "failed":
      return (
        <main className="whole-screen">
          <Notice page title={texts.app.notLoaded}>
            <p>{state.problem}</p>
            <Button look="primary" onClick={() => void session.start()}>
              {texts.common.tryAgain}
            </Button>
          </Notice>
        </main>
      );
    case "signed-out":
      return <AccountCard begin={path === "/register" ? "register" : "log-in"} notice={state.notice} />;
    case "signed-in":
      return (
        <RealtimeContext value={state.realtime}>
          <Announcements />
          <IdentityConsent />
          <LoadingBoundary key={pageAt(path)}>
            <Suspense fallback={<StartingScreen />}>
              <SignedIn path={path} onClose={() => navigate("/")} />
            </Suspense>
          </LoadingBoundary>
        </RealtimeContext>
      );
  }
}

interface SignedInProps {
  readonly path: string;
  readonly onClose: () => void;
}

function SignedIn({ path, onClose }: SignedInProps) {
  switch (pageAt(path)) {
    case "settings":
      return <SettingsPage onClose={onClose} />;
    case "administration":
      return <AdministrationPage path={path} onClose={onClose} />;
    case "chat":
      return <Shell />;
  }
}

function pageAt(path: string): "settings" | "administration" | "chat" {
  if (path === "/settings") return "settings";
  return path === "/admin" || path.startsWith("/admin/") ? "administration" : "chat";
}
