/** What is said of the connection to the server. */
export const connection = {
  title: "Connection",
  lost: "No connection. What you write is sent when it is back.",
  nextTry: (seconds: number) => `Next try in ${seconds} s`,
  connecting: "Connecting…",
  tryNow: "Try now",
};
