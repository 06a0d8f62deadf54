import { accounts } from "./accounts";
import { app } from "./app";
import { common } from "./common";
import { connection } from "./connection";
import { errors } from "./errors";
import { messages } from "./messages";
import { people } from "./people";
import { rooms } from "./rooms";
import { times } from "./times";

/** What the first screen may say, in English. */
export const first = {
  accounts,
  app,
  common,
  connection,
  errors,
  messages,
  people,
  rooms,
  times,
};

export type FirstTexts = typeof first;
