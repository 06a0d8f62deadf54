import { DoorOpen } from "lucide-react";

import { joinRoom } from "@/features/rooms/api/join-room";
import { Button } from "@/shared/components/button";
import { Notice, Problem } from "@/shared/components/notice";
import { useAction } from "@/shared/lib/use-action";
import { useApi, useRealtime } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

/** For a link to a room that is not among the caller's. */
export function JoinPrompt({ room }: { readonly room: string }) {
  const texts = useTexts();
  const api = useApi();
  const realtime = useRealtime();
  const join = useAction(async () => realtime.addRoom(await joinRoom(api, room)));
  return (
    <Notice icon={<DoorOpen size={32} aria-hidden />} title={texts.rooms.notIn}>
      <p>{texts.rooms.howToJoin}</p>
      <Problem problem={join.problem} />
      <Button look="primary" busy={join.busy} onClick={() => void join.run()}>
        {texts.rooms.joinRoom}
      </Button>
    </Notice>
  );
}
