import { useCallback, useEffect, useState } from "react";
import { useLocation, useRoute } from "wouter";

import { ConnectionBanner } from "@/features/connection/components/connection-banner";
import { DirectMessageDialog } from "@/features/people/components/direct-message-dialog";
import { BrowseRoomsDialog } from "@/features/rooms/components/browse-rooms-dialog";
import { CreateRoomDialog } from "@/features/rooms/components/create-room-dialog";
import { RoomList } from "@/features/rooms/components/room-list";
import { SwitcherDialog } from "@/features/rooms/components/switcher-dialog";
import { useMedia } from "@/shared/lib/use-media";

import { AccountBar } from "./account-bar";
import { RoomPage } from "./room-page";
import styles from "./shell.module.css";
import { ShortcutsDialog } from "./shortcuts-dialog";
import { useShortcuts } from "./use-shortcuts";
import { useUnsavedWarning } from "./use-unsaved-warning";
import { useWakeUps } from "./use-wake-ups";
import { WelcomePage } from "./welcome-page";

type DialogName = "create" | "browse" | "direct-message" | "switcher" | "shortcuts";

/** The signed-in screen: the list beside what is open; on a narrow one, either. */
export function Shell() {
  const [, navigate] = useLocation();
  const [matched, parameters] = useRoute("/rooms/:id");
  const [dialog, setDialog] = useState<DialogName | null>(null);
  const room = matched ? parameters.id : null;
  const narrow = useMedia("(width < 720px)");
  // Where the list has the screen for itself, it is the main thing.
  const Sidebar = narrow && room === null ? "main" : "div";
  useWakeUps();
  useUnsavedWarning();

  const close = () => setDialog(null);
  const open = useCallback(
    (id: string) => {
      setDialog(null);
      navigate(`/rooms/${id}`);
    },
    [navigate],
  );
  const onSwitch = useCallback(() => setDialog("switcher"), []);
  const onHelp = useCallback(() => setDialog("shortcuts"), []);
  useShortcuts({ shown: room, onOpen: open, onSwitch, onHelp });

  // The addresses of signing in lead nowhere once that is done.
  useEffect(() => {
    if (room === null) navigate("/", { replace: true });
  }, [room, navigate]);

  return (
    <div className={styles.screen}>
      <ConnectionBanner />
      <div className={styles.shell} data-pane={room === null ? "list" : "room"}>
        <Sidebar className={styles.sidebar}>
          <AccountBar />
          <div className={styles.lists}>
            <RoomList
              shown={room}
              onCreate={() => setDialog("create")}
              onBrowse={() => setDialog("browse")}
              onDirectMessage={() => setDialog("direct-message")}
            />
          </div>
        </Sidebar>
        {room === null && !narrow && (
          <WelcomePage onCreate={() => setDialog("create")} onBrowse={() => setDialog("browse")} />
        )}
        {room !== null && (
          <RoomPage key={room} id={room} onOpen={open} onLeft={() => navigate("/")} />
        )}
      </div>
      {dialog === "create" && <CreateRoomDialog onClose={close} onCreated={(created) => open(created.id)} />}
      {dialog === "browse" && <BrowseRoomsDialog onClose={close} onOpen={open} />}
      {dialog === "switcher" && <SwitcherDialog onClose={close} onOpen={open} />}
      {dialog === "shortcuts" && <ShortcutsDialog onClose={close} />}
      {dialog === "direct-message" && <DirectMessageDialog onClose={close} onOpen={open} />}
    </div>
  );
}
