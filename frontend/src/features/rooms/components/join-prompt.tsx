import { DoorOpen } from "lucide-react";

import { joinRoom } from "@/features/rooms/api/join-room";
import { Button } from "@/shared/components/button";
import { Notice, Problem } from "@/shared/components/notice";
import { useAction } from "@/shared/lib/use-action";
import { useApi, useRealtime } from "@/shared/services/services";

/** For a link to a room that is not among the caller's. */
export function JoinPrompt({ room }: { readonly room: string }) {
  const api = useApi();
  const realtime = useRealtime();
  const join = useAction(async () => realtime.addRoom(await joinRoom(api, room)));
  return (
    <Notice icon={<DoorOpen size={32} aria-hidden />} title="You are not in this room">
      <p>If it is public you can join it. A private room opens only to who is let in.</p>
      <Problem problem={join.problem} />
      <Button look="primary" busy={join.busy} onClick={() => void join.run()}>
        Join room
      </Button>
    </Notice>
  );
}
