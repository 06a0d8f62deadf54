import { SubPage } from "@/shared/components/sub-page";

import { BlocksSection } from "./blocks-section";
import { DataSection } from "./data-section";
import { EmailSection } from "./email-section";
import { IdentitiesSection } from "./identities-section";
import { NotificationsSection } from "./notifications-section";
import { PasswordSection } from "./password-section";
import { ProfileSection } from "./profile-section";
import { SecondFactorSection } from "./second-factor-section";
import { SessionsSection } from "./sessions-section";

/** All a user can change of the account. */
export function SettingsPage({ onClose }: { readonly onClose: () => void }) {
  return (
    <SubPage title="Settings" onClose={onClose}>
      <ProfileSection />
      <NotificationsSection />
      <BlocksSection />
      <EmailSection />
      <PasswordSection />
      <SecondFactorSection />
      <IdentitiesSection />
      <SessionsSection />
      <DataSection />
    </SubPage>
  );
}
