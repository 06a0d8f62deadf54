/** Scenes that the server's own code has played: `python -m tests.recording` writes them. */
import type { Bootstrap, Members, Messages, Push } from "@/shared/contract/types";

import recorded from "./recorded-scenes.json";

/** All that somebody loads who watches a room. */
export interface Screen {
  readonly bootstrap: Bootstrap;
  readonly page: Messages;
  readonly members: Members;
}

/** What was loaded before, what was pushed since, what is loaded after. */
export interface Scene {
  readonly name: string;
  readonly room: string;
  readonly yesterday: Screen;
  readonly pushes: readonly Push[];
  readonly today: Screen;
}

// The file has the wire's shapes, whose tags TypeScript reads as any text.
export const SCENES = recorded as unknown as readonly Scene[];
