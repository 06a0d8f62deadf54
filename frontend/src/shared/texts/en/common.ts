/** What is said in many places. */
export const common = {
  parley: "Parley",
  backToChat: "Back to the chat",
  cancel: "Cancel",
  close: "Close",
  directMessage: "Direct message",
  /** Of a room that is found by its members only. */
  private: "Private",
  save: "Save",
  saving: "Saving…",
  /** Whose name is not known. */
  somebody: "Somebody",
  tryAgain: "Try again",
  /** Beside a name, for who cannot see the dot. */
  presence: { online: "(online)", away: "(away)", offline: "(offline)" },
};
