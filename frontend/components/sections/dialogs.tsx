import { ShortcutsDialog } from "@/app/shortcuts-dialog";
import { DirectMessageDialog } from "@/features/people/components/direct-message-dialog";
import { MemberDialog } from "@/features/people/components/member-dialog";
import { moderations } from "@/features/people/lib/moderation";
import { CreateRoomDialog } from "@/features/rooms/components/create-room-dialog";
import { LeaveRoomDialog } from "@/features/rooms/components/leave-room-dialog";
import { RoomNotificationsDialog } from "@/features/rooms/components/room-notifications-dialog";
import { RoomSettingsDialog } from "@/features/rooms/components/room-settings-dialog";
import { SwitcherDialog } from "@/features/rooms/components/switcher-dialog";
import { Button } from "@/shared/components/button";
import { Dialog } from "@/shared/components/dialog";
import type { Member } from "@/shared/contract/types";

import { DialogSpecimen } from "../page";
import { ALAN, createWorld, GRACE, InWorld, ME, roomAt } from "../world";

const nothing = () => undefined;
const room = roomAt(80, { topic: "Cranks, columns and who left the oil open" });
const world = createWorld({ rooms: [room, roomAt(81, { name: "Library" }), roomAt(82, { kind: "dm", peer: GRACE, name: "" })] });
const member: Member = { user: { id: ALAN, name: "Alan Turing" }, role: "member", muted: false, joined_at: 1 };

/** Dialogs, each behind a button. */
export function Dialogs() {
  return (
    <section className="section">
      <h2 className="title">Dialogs</h2>
      <div className="row">
        <InWorld world={world}>
          <DialogSpecimen name="dialog">
            {(close) => (
              <Dialog title="A dialog" onClose={close}>
                <p>What it says, and what can be done.</p>
                <Button look="primary" onClick={close}>
                  Done
                </Button>
              </Dialog>
            )}
          </DialogSpecimen>
          <DialogSpecimen name="create-room">{(close) => <CreateRoomDialog onClose={close} onCreated={nothing} />}</DialogSpecimen>
          <DialogSpecimen name="leave-room">{(close) => <LeaveRoomDialog room={room} onClose={close} onLeft={nothing} />}</DialogSpecimen>
          <DialogSpecimen name="room-settings">{(close) => <RoomSettingsDialog room={room} onClose={close} />}</DialogSpecimen>
          <DialogSpecimen name="room-notifications">{(close) => <RoomNotificationsDialog room={room} onClose={close} />}</DialogSpecimen>
          <DialogSpecimen name="switcher">{(close) => <SwitcherDialog onClose={close} onOpen={nothing} />}</DialogSpecimen>
          <DialogSpecimen name="direct-message">{(close) => <DirectMessageDialog onClose={close} onOpen={nothing} />}</DialogSpecimen>
          <DialogSpecimen name="member">
            {(close) => <MemberDialog room={room.id} member={member} actions={moderations(room, ME, member)} onClose={close} />}
          </DialogSpecimen>
          <DialogSpecimen name="shortcuts">{(close) => <ShortcutsDialog onClose={close} />}</DialogSpecimen>
        </InWorld>
      </div>
    </section>
  );
}
