import { useEffect } from "react";

import { useTexts } from "@/shared/texts/use-texts";

import { useTold } from "./use-told";

/** The tab's title: what is open, and how much is unread of what the user wants to be told of. */
export function useTitle(page: string | null): void {
  const texts = useTexts();
  const unread = useTold();
  useEffect(() => {
    const title = page === null ? texts.common.parley : texts.app.pageTitle(page);
    document.title = unread === 0 ? title : texts.app.unreadTitle(unread, title);
    return () => {
      document.title = texts.common.parley;
    };
  }, [page, unread, texts]);
}
