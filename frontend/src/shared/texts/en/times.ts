/** Days and times in words. */
export const times = {
  today: "Today",
  yesterday: "Yesterday",
  lastSeenAt: (time: string) => `last seen ${time}`,
  lastSeenYesterday: "last seen yesterday",
  lastSeenOn: (day: string) => `last seen ${day}`,
};
