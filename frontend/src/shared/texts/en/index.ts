import { app } from "./app";
import { common } from "./common";
import { connection } from "./connection";
import { errors } from "./errors";
import { times } from "./times";

/** All that the app says, in English. Its shape is what every other language has. */
export const en = { app, common, connection, errors, times };

export type Texts = typeof en;
