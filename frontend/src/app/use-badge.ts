import { useEffect } from "react";

import { useTold } from "./use-told";

const CALM = "/favicon.svg";
const UNREAD = "/unread.svg";

/** A dot on the tab's icon, and the number on the installed app's, while something is unread. */
export function useBadge(): void {
  const unread = useTold();
  useEffect(() => {
    badge(unread);
    return () => badge(0);
  }, [unread]);
}

function badge(unread: number): void {
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const wanted = unread === 0 ? CALM : UNREAD;
  if (icon !== null && icon.getAttribute("href") !== wanted) icon.setAttribute("href", wanted);
  // Only some browsers have it, and some refuse where the app is not installed.
  if ("setAppBadge" in navigator) navigator.setAppBadge(unread).catch(() => undefined);
}
