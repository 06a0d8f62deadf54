/** Links to single messages: the address of the room with the message's number. */

const PARAMETER = "message";

/** The address of message n of the room, on this server. */
export function messageLink(origin: string, room: string, n: number): string {
  const link = new URL(`/rooms/${room}`, origin);
  link.searchParams.set(PARAMETER, String(n));
  return link.href;
}

/** The number that a page's query leads to, null when it leads to none; 0, which no message has, for what is no number. */
export function linkedMessage(search: string): number | null {
  const value = new URLSearchParams(search).get(PARAMETER);
  if (value === null) return null;
  return /^[1-9]\d{0,14}$/u.test(value) ? Number(value) : 0;
}
