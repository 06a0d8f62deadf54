/** What the reader does with one room's messages just now, apart from what they say. */
import { createContext, use } from "react";

import { createStore, type Store } from "@/shared/lib/store";
import { useSelected } from "@/shared/lib/use-store";
import type { Conversation } from "@/shared/realtime/conversation";

import { replyOf } from "./drafts";
import type { Rights } from "./rights";

/** What is asked or shown above everything else: about message n, or from the day of `ts` on. */
export type PaneDialog =
  | { readonly kind: "delete" | "react" | "report" | "versions"; readonly n: number }
  | { readonly kind: "day"; readonly ts: number };

export interface PaneState {
  /** Number of the message whose tools are out. */
  readonly active: number | null;
  /** Number of the message that is being edited. */
  readonly editing: number | null;
  /** Number of the message that the composer answers. */
  readonly replyTo: number | null;
  /** Number of the message to bring into sight. */
  readonly sought: number | null;
  /** Number of the message that was brought into sight just now. */
  readonly found: number | null;
  readonly dialog: PaneDialog | null;
  readonly notice: string | null;
}

export interface Pane {
  readonly conversation: Conversation;
  readonly state: Store<PaneState>;
  /** What the user may do with the messages here. */
  readonly rights: Rights;
  /** Whether there is nothing to hover with. */
  readonly touch: boolean;
}

/** `sought` is the number of the message to begin with. */
export function createPaneState(room: string, sought: number | null): Store<PaneState> {
  const nothing = { active: null, editing: null, found: null, dialog: null, notice: null };
  return createStore<PaneState>({ ...nothing, sought, replyTo: replyOf(room) });
}

export const PaneContext = createContext<Pane | null>(null);

export function usePane(): Pane {
  const pane = use(PaneContext);
  if (pane === null) throw new Error("usePane is for components of a MessagesPane");
  return pane;
}

/** Part of the state, rendered anew only when that part changes. */
export function usePaneState<Part>(select: (state: PaneState) => Part): Part {
  return useSelected(usePane().state, select);
}

/** Changes a part of the state and leaves the rest. */
export function changePane(state: Store<PaneState>, change: Partial<PaneState>): void {
  state.update((present) => ({ ...present, ...change }));
}
