import { Bell, Inbox } from "lucide-react";

import { Avatar } from "@/shared/components/avatar";
import { Button, IconButton } from "@/shared/components/button";
import { Logo } from "@/shared/components/logo";
import { Notice, Problem } from "@/shared/components/notice";
import { Skeleton } from "@/shared/components/skeleton";
import { SubPage } from "@/shared/components/sub-page";
import { TextField } from "@/shared/components/text-field";

import { Section, Specimen } from "../page";
import { USERS } from "../world";

const LOOKS = ["primary", "plain", "quiet", "danger"] as const;
const PRESENCES = ["online", "away", "offline"] as const;
const nothing = () => undefined;

/** What everything else is made of. */
export function Controls() {
  return (
    <>
      <Section name="buttons" title="Buttons">
        {[false, true].map((small) => (
          <Specimen key={String(small)} state={small ? "small" : "as they are"}>
            <div className="row">
              {LOOKS.map((look) => (
                <Button key={look} look={look} small={small}>
                  {look}
                </Button>
              ))}
              <Button look="primary" small={small} busy>
                busy
              </Button>
              <Button small={small} disabled>
                disabled
              </Button>
            </div>
          </Specimen>
        ))}
        <Specimen state="icons: as it is, opened, disabled">
          <div className="row">
            <IconButton label="Notifications">
              <Bell size={18} aria-hidden />
            </IconButton>
            <IconButton label="Notifications, opened" aria-expanded>
              <Bell size={18} aria-hidden />
            </IconButton>
            <IconButton label="Notifications, not now" disabled>
              <Bell size={18} aria-hidden />
            </IconButton>
          </div>
        </Specimen>
      </Section>
      <Section name="fields" title="Fields">
        <TextField label="Empty" placeholder="ada@example.org" />
        <TextField label="With a hint" hint="What people here talk about." defaultValue="Cranks and columns" />
        <TextField label="With an error" error="Enter a name." defaultValue="" />
        <TextField label="Disabled" disabled defaultValue="As it is" />
      </Section>
      <Section name="avatars" title="Avatars and presence">
        <Specimen state="every colour">
          <div className="row">
            {Array.from({ length: 8 }, (_, colour) => (
              <Avatar key={colour} id={String(colour)} name={USERS[colour % 4]?.name ?? ""} colour={colour} />
            ))}
          </div>
        </Specimen>
        <Specimen state="small, one word, no name">
          <div className="row">
            <Avatar id="a" name="Ada Lovelace" size="small" />
            <Avatar id="a" name="Ada" />
            <Avatar id="a" name="" />
          </div>
        </Specimen>
        {(["small", "medium"] as const).map((size) => (
          <Specimen key={size} state={`online, away, offline, ${size}`}>
            <div className="row">
              {PRESENCES.map((presence) => (
                <Avatar key={presence} id={presence} name="Grace Hopper" size={size} presence={presence} />
              ))}
            </div>
          </Specimen>
        ))}
      </Section>
      <Section name="notices" title="Notices, problems, loading">
        <Specimen state="nothing to see">
          <Notice icon={<Inbox size={32} aria-hidden />} title="Nothing here yet">
            <p>What people send you is shown here.</p>
            <Button look="primary">Begin</Button>
          </Notice>
        </Specimen>
        <Specimen state="a problem, and one that can be tried again">
          <Problem problem="That did not work." />
          <Problem problem="The rooms could not be loaded. Check your connection and try again in a moment." onRetry={nothing} />
        </Specimen>
        <Specimen state="loading rows">
          <Skeleton rows={4} label="Loading" />
        </Specimen>
        <Specimen state="loading messages">
          <Skeleton rows={3} label="Loading" avatars />
        </Specimen>
      </Section>
      <Section name="pages" title="The mark, and a page in place of the chat">
        <div className="row">
          <Logo size={28} />
          <Logo size={36} />
        </div>
        <SubPage title="Settings" onClose={nothing}>
          <p>What the page holds.</p>
        </SubPage>
      </Section>
    </>
  );
}
