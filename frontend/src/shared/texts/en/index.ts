import { administration } from "./administration";
import { first } from "./first";
import { settings } from "./settings";

/** All that the app says, in English. Its shape is what every other language has. */
export const en = { ...first, administration, settings };

export type Texts = typeof en;
