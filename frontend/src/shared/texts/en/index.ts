import { accounts } from "./accounts";
import { administration } from "./administration";
import { app } from "./app";
import { common } from "./common";
import { connection } from "./connection";
import { errors } from "./errors";
import { messages } from "./messages";
import { people } from "./people";
import { rooms } from "./rooms";
import { settings } from "./settings";
import { times } from "./times";

/** All that the app says, in English. Its shape is what every other language has. */
export const en = {
  accounts,
  administration,
  app,
  common,
  connection,
  errors,
  messages,
  people,
  rooms,
  settings,
  times,
};

export type Texts = typeof en;
