import { useState } from "react";

import { Dialog } from "@/shared/components/dialog";
import { TextField } from "@/shared/components/text-field";
import { useSettled } from "@/shared/lib/use-settled";

import { InviteForm } from "./invite-form";
import { PublicRoomList } from "./public-room-list";

interface BrowseRoomsDialogProps {
  readonly onClose: () => void;
  readonly onOpen: (room: string) => void;
}

export function BrowseRoomsDialog({ onClose, onOpen }: BrowseRoomsDialogProps) {
  const [text, setText] = useState("");
  const q = useSettled(text.trim());
  return (
    <Dialog title="Browse rooms" onClose={onClose}>
      <TextField
        label="Find a public room"
        type="search"
        autoComplete="off"
        maxLength={100}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <PublicRoomList key={q} q={q} onOpen={onOpen} />
      <InviteForm onOpen={onOpen} />
    </Dialog>
  );
}
