import { Link } from "wouter";

import { Notice } from "@/shared/components/notice";
import { Skeleton } from "@/shared/components/skeleton";
import { SubPage } from "@/shared/components/sub-page";
import { useStore } from "@/shared/lib/use-store";
import { useRealtime } from "@/shared/services/services";
import { useAllTexts } from "@/shared/texts/use-all-texts";

import styles from "./administration.module.css";
import { AuditSection } from "./audit-section";
import { HealthSection } from "./health-section";
import { InvitesSection } from "./invites-section";
import { PeopleSection } from "./people-section";
import { ReportsSection } from "./reports-section";
import { RoomsSection } from "./rooms-section";

const PARTS = [
  { path: "/admin", name: "people", Section: PeopleSection },
  { path: "/admin/rooms", name: "rooms", Section: RoomsSection },
  { path: "/admin/invitations", name: "invitations", Section: InvitesSection },
  { path: "/admin/reports", name: "reports", Section: ReportsSection },
  { path: "/admin/audit", name: "audit", Section: AuditSection },
  { path: "/admin/health", name: "health", Section: HealthSection },
] as const;

interface AdministrationPageProps {
  readonly path: string;
  readonly onClose: () => void;
}

/** What the workspace's owner and its admins do: people, rooms, invitations, reports, the audit log, health. */
export function AdministrationPage({ path, onClose }: AdministrationPageProps) {
  const texts = useAllTexts();
  const role = useStore(useRealtime().workspaceRole);
  const { Section } = PARTS.find((part) => part.path === path) ?? PARTS[0];
  return (
    <SubPage title={texts.administration.title} wide onClose={onClose}>
      {role === null && <Skeleton rows={6} label={texts.administration.loading} />}
      {(role === "owner" || role === "admin") && (
        <>
          <nav className={styles.parts} aria-label={texts.administration.title}>
            {PARTS.map((part) => (
              <Link key={part.path} href={part.path} aria-current={part.path === path ? "page" : undefined}>
                {texts.administration[part.name]}
              </Link>
            ))}
          </nav>
          <Section role={role} />
        </>
      )}
      {(role === "member" || role === "guest") && (
        <Notice title={texts.administration.notForYou}>
          <p>{texts.administration.askOwner}</p>
        </Notice>
      )}
    </SubPage>
  );
}
