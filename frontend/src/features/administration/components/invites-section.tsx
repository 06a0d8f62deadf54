import { useCallback, useEffect, useState, type SubmitEvent } from "react";

import { createInvite, listInvites, revokeInvite } from "@/features/administration/api/invites";
import { Button } from "@/shared/components/button";
import { Problem } from "@/shared/components/notice";
import { SelectField } from "@/shared/components/select-field";
import { Skeleton } from "@/shared/components/skeleton";
import { TextField } from "@/shared/components/text-field";
import type { CreateInvite, Invite } from "@/shared/contract/types";
import { formErrors, textOf } from "@/shared/lib/form-errors";
import { dayName, shortTime } from "@/shared/lib/times";
import { useAction } from "@/shared/lib/use-action";
import { useRequest } from "@/shared/lib/use-request";
import { useUser } from "@/shared/services/selectors";
import { useApi, useRealtime } from "@/shared/services/services";
import { useAllTexts } from "@/shared/texts/use-all-texts";

import styles from "./administration.module.css";
import { MadeLink } from "./made-link";

const USES_MAX = 100;
const LIFETIMES = [
  { hours: 24, name: "day" },
  { hours: 7 * 24, name: "week" },
  { hours: 30 * 24, name: "month" },
] as const;

/** Invitations to the workspace: a new one, and those that still let somebody in. */
export function InvitesSection() {
  const texts = useAllTexts();
  const api = useApi();
  const request = useRequest(useCallback(() => listInvites(api), [api]));
  const [link, setLink] = useState<string | null>(null);
  const [wrong, setWrong] = useState<string | undefined>(undefined);
  const make = useAction(async (body: CreateInvite) => {
    const { token } = await createInvite(api, body);
    // In the fragment, which browsers send to no server.
    setLink(`${location.origin}/register#invite=${token}`);
    request.again();
  });
  const errors = formErrors(make.error, make.problem, ["uses"]);

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const uses = Number(textOf(form, "uses"));
    const possible = Number.isInteger(uses) && uses >= 1 && uses <= USES_MAX;
    setWrong(possible ? undefined : texts.administration.notANumber(USES_MAX));
    if (possible) void make.run({ hours: Number(textOf(form, "hours")), uses });
  }

  return (
    <section className={styles.section} aria-labelledby="invitations">
      <h2 id="invitations">{texts.administration.invitations}</h2>
      <form className={styles.row} noValidate onSubmit={submit}>
        <TextField
          label={texts.administration.howMany}
          name="uses"
          inputMode="numeric"
          autoComplete="off"
          defaultValue="1"
          error={wrong ?? errors.uses}
        />
        <SelectField label={texts.administration.goodFor} name="hours" defaultValue={7 * 24}>
          {LIFETIMES.map(({ hours, name }) => (
            <option key={hours} value={hours}>
              {texts.administration.lifetimes[name]}
            </option>
          ))}
        </SelectField>
        <Button type="submit" look="primary" busy={make.busy}>
          {texts.administration.makeInvitation}
        </Button>
      </form>
      <Problem problem={errors.form ?? null} />
      {link !== null && <MadeLink key={link} link={link} />}
      {request.status === "loading" && <Skeleton rows={3} label={texts.administration.loadingInvitations} />}
      {request.status === "failed" && <Problem problem={request.problem} onRetry={request.again} />}
      {request.status === "loaded" && <InviteList invites={request.answer} onRevoked={request.again} />}
    </section>
  );
}

interface InviteListProps {
  readonly invites: readonly Invite[];
  readonly onRevoked: () => void;
}

function InviteList({ invites, onRevoked }: InviteListProps) {
  const texts = useAllTexts();
  const { directory } = useRealtime();
  useEffect(() => directory.need(invites.map((invite) => invite.created_by)), [directory, invites]);
  if (invites.length === 0) return <p className={styles.muted}>{texts.administration.noInvitation}</p>;
  return (
    <ul className={styles.list} aria-label={texts.administration.invitations}>
      {invites.map((invite) => (
        <InviteItem key={invite.id} invite={invite} onRevoked={onRevoked} />
      ))}
    </ul>
  );
}

interface InviteItemProps {
  readonly invite: Invite;
  readonly onRevoked: () => void;
}

function InviteItem({ invite, onRevoked }: InviteItemProps) {
  const texts = useAllTexts();
  const api = useApi();
  const maker = useUser(invite.created_by)?.name ?? texts.administration.maker;
  const revoke = useAction(async () => {
    await revokeInvite(api, invite.id);
    onRevoked();
  });
  const now = new Date();
  const moment = (ts: number) => texts.administration.moment(dayName(ts, now), shortTime(ts));
  return (
    <li>
      <div className={styles.about}>
        <p>{texts.administration.forMore(invite.uses_left)}</p>
        <p className={styles.muted}>
          {texts.administration.madeBy(maker, moment(invite.created_at), moment(invite.expires_at))}
        </p>
        <Problem problem={revoke.problem} />
      </div>
      <Button
        small
        look="danger"
        busy={revoke.busy}
        aria-label={texts.administration.revokeNamed(maker, moment(invite.created_at))}
        onClick={() => void revoke.run()}
      >
        {texts.administration.revoke}
      </Button>
    </li>
  );
}
