import { ArrowLeft } from "lucide-react";

import { IconButton } from "@/shared/components/button";

import { DataSection } from "./data-section";
import { EmailSection } from "./email-section";
import { IdentitiesSection } from "./identities-section";
import { NotificationsSection } from "./notifications-section";
import { PasswordSection } from "./password-section";
import { ProfileSection } from "./profile-section";
import { SecondFactorSection } from "./second-factor-section";
import { SessionsSection } from "./sessions-section";
import styles from "./settings.module.css";

/** All a user can change of the account. */
export function SettingsPage({ onClose }: { readonly onClose: () => void }) {
  return (
    <main className={styles.page}>
      <header className={styles.header}>
        <IconButton label="Back to the chat" onClick={onClose}>
          <ArrowLeft size={20} aria-hidden />
        </IconButton>
        <h1>Settings</h1>
      </header>
      <ProfileSection />
      <NotificationsSection />
      <EmailSection />
      <PasswordSection />
      <SecondFactorSection />
      <IdentitiesSection />
      <SessionsSection />
      <DataSection />
    </main>
  );
}
