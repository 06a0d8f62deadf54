import { useState } from "react";

import { Dialog } from "@/shared/components/dialog";
import { TextField } from "@/shared/components/text-field";
import { useSettled } from "@/shared/lib/use-settled";
import { useTexts } from "@/shared/texts/use-texts";

import { InviteForm } from "./invite-form";
import { PublicRoomList } from "./public-room-list";

interface BrowseRoomsDialogProps {
  readonly onClose: () => void;
  readonly onOpen: (room: string) => void;
}

export function BrowseRoomsDialog({ onClose, onOpen }: BrowseRoomsDialogProps) {
  const texts = useTexts();
  const [text, setText] = useState("");
  const q = useSettled(text.trim());
  return (
    <Dialog title={texts.rooms.browse} onClose={onClose}>
      <TextField
        label={texts.rooms.findPublic}
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
