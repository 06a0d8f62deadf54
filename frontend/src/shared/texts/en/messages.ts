import { formsOf } from "../forms";

const { list, number, plural } = formsOf("en");

/** Categories are called as gemoji has them. */
const EMOJI_GROUPS: Readonly<Record<string, string>> = { usual: "Usual", entered: "Entered", found: "Found" };

/** What is said of messages, and done with them. */
export const messages = {
  /** In a text, whose name is not known. */
  somebody: "somebody",
  privateRoom: "private room",
  deleted: "This message was deleted",
  // The list
  messagesIn: (room: string) => `Messages in ${room}`,
  nothingSaid: "Nothing has been said yet",
  writeFirst: "Write the first message.",
  loading: "Loading messages",
  earlierFailed: "Earlier messages could not be loaded.",
  beginning: "This is where it begins.",
  newMessages: "New messages",
  toFirstNew: "Jump to the first new message",
  toNewest: "Jump to newest",
  newBelow: (count: number) => plural(count, { one: "1 new message", other: `${number(count)} new messages` }),
  dismiss: "Dismiss",
  saidBy: (name: string, text: string) => `${name}: ${text}`,
  groupBy: (name: string, time: string) => `${name}, ${time}`,
  messageAt: (time: string) => `Message at ${time}`,
  edited: "(edited)",
  earlierVersions: "Edited: show earlier versions",
  editedAt: (time: string) => `${time}. Show earlier versions`,
  answering: "In answer to",
  reactions: "Reactions",
  you: "you",
  reactedBy: (names: readonly string[], more: number) =>
    names.join(", ") + (more > 0 ? ` and ${number(more)} more` : ""),
  reaction: (emoji: string, count: number, who: string) => `${emoji} ${number(count)}: ${who}`,
  code: "Code",
  codeIn: (language: string) => `Code in ${language}`,
  typing: (names: readonly string[]) => {
    if (names.length > 2) return `${names.slice(0, 2).join(", ")} and others are typing…`;
    return plural(names.length, { one: `${list(names)} is typing…`, other: `${list(names)} are typing…` });
  },
  // On the way
  sending: "Sending",
  notSent: "Not sent yet.",
  retry: "Retry",
  tooLong: "This message is too long to be sent.",
  undone: {
    "message.edited": "Your edit was not saved.",
    "message.deleted": "The message was not deleted.",
    "reaction.added": "Your reaction was not added.",
    "reaction.removed": "Your reaction was not taken back.",
  },
  // Writing
  messageTo: (room: string) => `Message ${room}`,
  send: "Send",
  emoji: "Emoji",
  replyingTo: "Replying to",
  doNotReply: "Do not reply",
  charactersLeft: (left: number) =>
    plural(left, { one: "1 character left", other: `${number(left)} characters left` }),
  charactersOver: (over: number) => `${number(over)} characters too long: shorten it to send it`,
  completions: { mention: "People to mention", room: "Rooms to link to", emoji: "Emoji" },
  editMessage: "Edit message",
  archived: "This room is archived: it can be read, not changed.",
  muted: "You are muted in this room: you can read, and write again once a moderator lets you.",
  blocked: "You cannot write here: one of you has blocked the other.",
  youBlocked: (name: string) => `You have blocked ${name}.`,
  ofBlocked: "Message of somebody you blocked",
  show: "Show",
  showOfBlocked: "Show the message of somebody you blocked",
  // What can be done with a message
  actions: "Message actions",
  react: "React",
  reactWith: "React with",
  reactWithEmoji: (emoji: string) => `React with ${emoji}`,
  allEmoji: "All emoji",
  reply: "Reply",
  edit: "Edit",
  copyText: "Copy text",
  copyLink: "Copy link",
  textNotCopied: "The text could not be copied. Allow this page to use the clipboard and try again.",
  linkNotCopied: "The link could not be copied. Allow this page to use the clipboard and try again.",
  markUnread: "Mark unread from here",
  report: "Report",
  delete: "Delete",
  // Finding a message
  tooFarUp: (limit: number) => `That message is more than ${number(limit)} messages up. Scroll up to find it.`,
  notLoaded: "That message could not be loaded. Try again in a moment.",
  noSuchMessage: "The room has no such message. Check the link that led you here.",
  jumpToDay: "Jump to a day",
  day: "Day",
  jump: "Jump",
  enterDay: "Enter a day.",
  nothingSince: "Nothing was said on that day, nor since.",
  // Dialogs
  deleteThis: "Delete this message?",
  deleteConsequence: "Its text disappears for everybody, for good.",
  keep: "Keep it",
  versions: "Versions of this message",
  versionsNewestFirst: "Versions, the newest first",
  loadingVersions: "Loading versions",
  noVersions: "The message was deleted, and its texts with it.",
  now: "now",
  reportThis: "Report this message",
  whatIsWrong: "What is wrong with it?",
  reasons: {
    spam: "Spam or advertising",
    harassment: "Harassment or threats",
    harmful: "Harmful or against the law",
    other: "Something else",
  },
  reportNote: "Anything the administrators should know (optional)",
  reported: "The administrators have been told. Nobody else learns of your report.",
  done: "Done",
  findEmoji: "Find an emoji",
  loadingEmoji: "Loading emoji",
  noEmoji: "There is no emoji of that name.",
  /** The name of a group of emoji: `usual`, `entered`, `found`, or a category of gemoji. */
  emojiGroup: (name: string) => EMOJI_GROUPS[name] ?? name,
};
