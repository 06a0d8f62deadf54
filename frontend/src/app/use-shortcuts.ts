import { useEffect } from "react";

import { listedRooms, neighbour } from "@/features/rooms/lib/room-order";
import { useRealtime } from "@/shared/services/services";

import { shortcutOf } from "./shortcuts";

export interface ShortcutActions {
  readonly shown: string | null;
  readonly onOpen: (room: string) => void;
  readonly onSwitch: () => void;
  readonly onHelp: () => void;
}

/** Before any field sees the keys; while a dialog is open they are its own. */
export function useShortcuts({ shown, onOpen, onSwitch, onHelp }: ShortcutActions): void {
  const { rooms, directory, reads } = useRealtime();
  useEffect(() => {
    const move = (step: 1 | -1, unreadOnly: boolean) => {
      const unread = reads.unread.get();
      const all = listedRooms(rooms.get().values(), directory.users.get());
      const room = neighbour(
        all.filter(({ id }) => !unreadOnly || id === shown || unread.has(id)),
        shown,
        step,
      );
      if (room !== undefined && room.id !== shown) onOpen(room.id);
    };
    const onKey = (event: KeyboardEvent) => {
      const shortcut = shortcutOf(event);
      if (shortcut === null || event.isComposing || document.querySelector("dialog[open]") !== null) return;
      event.preventDefault();
      event.stopPropagation();
      if (shortcut === "switch") onSwitch();
      else if (shortcut === "help") onHelp();
      else move(shortcut.startsWith("next") ? 1 : -1, shortcut.endsWith("unread"));
    };
    window.addEventListener("keydown", onKey, { capture: true });
    return () => window.removeEventListener("keydown", onKey, { capture: true });
  }, [rooms, directory, reads, shown, onOpen, onSwitch, onHelp]);
}
