import { formsOf } from "../forms";

const { number } = formsOf("en");

/** Members of rooms, and finding people. */
export const people = {
  newDirectMessage: "New direct message",
  findPerson: "Find a person by name",
  typeName: "Type a name to find somebody.",
  nobodyFound: "Nobody here has this in the name.",
  searching: "Searching",
  members: "Members",
  closeMembers: "Close members",
  loadingMembers: "Loading members",
  online: "Online",
  offline: "Offline",
  part: (title: string, count: number) => `${title} · ${number(count)}`,
  manage: (name: string) => `Manage ${name}`,
  message: (name: string) => `Message ${name}`,
  you: "you",
  away: "away",
  muted: "muted",
  roles: { owner: "owner", moderator: "moderator", member: "member" },
  /** What can be done to a member, and what follows. */
  moderations: {
    moderator: { label: "Make moderator", consequence: "Can mute, remove and ban members, and delete messages." },
    member: { label: "Make member", consequence: "Can no longer moderate." },
    mute: { label: "Mute", consequence: "Reads along and cannot write." },
    unmute: { label: "Unmute", consequence: "Can write again." },
    kick: { label: "Remove", consequence: "Is out, and can come again." },
    ban: { label: "Ban", consequence: "Is out, and cannot come again until the ban is lifted." },
    transfer: { label: "Hand the room on", consequence: "Becomes the owner; you become a moderator." },
  },
  block: { label: "Block", consequence: "You two write no direct messages, and what they say in rooms is folded. They are not told." },
  unblock: { label: "Unblock", consequence: "You can write to each other again." },
  blocked: {
    title: "Blocked people",
    nobody: "You have blocked nobody. In a room's list of members, you can.",
    unblock: (name: string) => `Unblock ${name}`,
  },
};
