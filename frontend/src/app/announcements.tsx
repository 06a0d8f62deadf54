import { useEffect } from "react";
import { useLocation } from "wouter";

import { plainText } from "@/features/messages/lib/plain-text";
import { deviceChoices } from "@/shared/lib/device-choices";
import { useRealtime } from "@/shared/services/services";

import { Announcer } from "./announcer";
import { closeOnDesktop, playSound, showOnDesktop } from "./desktop";
import { becomeTeller, isOnScreen } from "./tabs";
import { useBadge } from "./use-badge";

/** Tells of messages beyond the page, while somebody is signed in. */
export function Announcements() {
  const realtime = useRealtime();
  const [, navigate] = useLocation();
  useBadge();

  useEffect(() => {
    let teller = false;
    const handOn = becomeTeller(() => (teller = true));
    const end = new Announcer(realtime, {
      now: () => new Date(),
      choices: deviceChoices,
      isTeller: () => teller,
      isOnScreen,
      show: showOnDesktop,
      takeBack: closeOnDesktop,
      play: playSound,
      read: (text) => plainText(text, realtime.directory.users.get(), realtime.rooms.get()),
    }).start();
    return () => {
      end();
      handOn();
    };
  }, [realtime]);

  // A notification was clicked: worker/sw.ts says which room to open.
  useEffect(() => {
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- not in insecure contexts
    if (navigator.serviceWorker === undefined) return;
    const workers = navigator.serviceWorker;
    const open = ({ data }: MessageEvent<{ readonly open?: string } | null>) => {
      if (typeof data?.open === "string") navigate(data.open);
    };
    workers.addEventListener("message", open);
    return () => workers.removeEventListener("message", open);
  }, [navigate]);

  return null;
}
