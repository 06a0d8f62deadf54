import { SubPage } from "@/shared/components/sub-page";
import { useAllTexts } from "@/shared/texts/use-all-texts";

import { BlocksSection } from "./blocks-section";
import { DataSection } from "./data-section";
import { EmailSection } from "./email-section";
import { IdentitiesSection } from "./identities-section";
import { LanguageSection } from "./language-section";
import { NotificationsSection } from "./notifications-section";
import { PasswordSection } from "./password-section";
import { ProfileSection } from "./profile-section";
import { SecondFactorSection } from "./second-factor-section";
import { SessionsSection } from "./sessions-section";

/** All a user can change of the account. */
export function SettingsPage({ onClose }: { readonly onClose: () => void }) {
  const texts = useAllTexts();
  return (
    <SubPage title={texts.settings.title} onClose={onClose}>
      <ProfileSection />
      <LanguageSection />
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
