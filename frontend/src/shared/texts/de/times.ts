import type { Texts } from "../en";

export const times: Texts["times"] = {
  today: "Heute",
  yesterday: "Gestern",
  lastSeenAt: (time) => `zuletzt um ${time} gesehen`,
  lastSeenYesterday: "zuletzt gestern gesehen",
  lastSeenOn: (day) => `zuletzt am ${day} gesehen`,
};
