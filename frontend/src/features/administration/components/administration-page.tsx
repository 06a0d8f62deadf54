import { Link } from "wouter";

import { Notice } from "@/shared/components/notice";
import { Skeleton } from "@/shared/components/skeleton";
import { SubPage } from "@/shared/components/sub-page";
import { useStore } from "@/shared/lib/use-store";
import { useRealtime } from "@/shared/services/services";

import styles from "./administration.module.css";
import { AuditSection } from "./audit-section";
import { InvitesSection } from "./invites-section";
import { PeopleSection } from "./people-section";
import { ReportsSection } from "./reports-section";

const PARTS = [
  { path: "/admin", title: "People", Section: PeopleSection },
  { path: "/admin/invitations", title: "Invitations", Section: InvitesSection },
  { path: "/admin/reports", title: "Reports", Section: ReportsSection },
  { path: "/admin/audit", title: "Audit log", Section: AuditSection },
] as const;

interface AdministrationPageProps {
  readonly path: string;
  readonly onClose: () => void;
}

/** What the workspace's owner and its admins do: people, invitations, reports, and the record of what was done. */
export function AdministrationPage({ path, onClose }: AdministrationPageProps) {
  const role = useStore(useRealtime().workspaceRole);
  const { Section } = PARTS.find((part) => part.path === path) ?? PARTS[0];
  return (
    <SubPage title="Administration" wide onClose={onClose}>
      {role === null && <Skeleton rows={6} label="Loading the administration" />}
      {(role === "owner" || role === "admin") && (
        <>
          <nav className={styles.parts} aria-label="Administration">
            {PARTS.map((part) => (
              <Link key={part.path} href={part.path} aria-current={part.path === path ? "page" : undefined}>
                {part.title}
              </Link>
            ))}
          </nav>
          <Section role={role} />
        </>
      )}
      {(role === "member" || role === "guest") && (
        <Notice title="This is for administrators">
          <p>Ask the owner of the workspace if you should be one of them.</p>
        </Notice>
      )}
    </SubPage>
  );
}
