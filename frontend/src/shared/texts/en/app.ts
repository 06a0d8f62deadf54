import { formsOf } from "../forms";

const { number } = formsOf("en");

/** The frame around the rooms: bars, pages, keys, and what is told beyond the page. */
export const app = {
  administration: "Administration",
  settings: "Settings",
  logOut: "Log out",
  loading: "Loading Parley",
  notLoaded: "Parley could not be loaded",
  pageNotShown: "This page could not be shown",
  checkAndLoad: "Check the connection and load it again.",
  loadAgain: "Load again",
  newVersion: "A new version is ready.",
  reload: "Reload",
  welcome: "Welcome to Parley",
  joinOrCreate: "Join a room to see what is going on, or create one of your own.",
  pick: "Pick a conversation",
  orFind: "Or find a new one.",
  browseRooms: "Browse rooms",
  createRoom: "Create a room",
  /** The browser tab's title. */
  pageTitle: (page: string) => `${page} – Parley`,
  unreadTitle: (unread: number, title: string) => `(${number(unread)}) ${title}`,
  room: "Room",
  backToList: "Back to the list",
  roomSettings: "Room settings",
  roomNotifications: "Notifications of this room",
  members: "Members",
  leaveRoom: "Leave room",
  /** Notifications of the operating system. */
  newMessage: "New message",
  nameInRoom: (name: string, room: string) => `${name} in ${room}`,
  shortcuts: {
    title: "Keyboard shortcuts",
    switch: "Go to a room or person",
    neighbour: "Previous or next room",
    unread: "Previous or next room with something new",
    send: "Send the message",
    newLine: "Begin a new line",
    editLast: "Edit your last message, when nothing is written",
    move: "From message to message, in the list of messages",
    escape: "Close what is open, or leave what was begun",
    help: "Show these keys",
  },
  /** As they stand on keyboards. */
  keys: { command: "Ctrl", alt: "Alt", shift: "Shift", enter: "Enter", escape: "Esc" },
};
