/** Notifications of the operating system, shown by the worker's registration so that they outlive the page, and a sound. */
import type { Announcement } from "./announcer";

const TAG = /^(?<room>[^/]+)\/(?<n>\d+)$/u;

async function registration(): Promise<ServiceWorkerRegistration | undefined> {
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- not in insecure contexts
  return navigator.serviceWorker?.getRegistration();
}

/** Shows it where the user has allowed that; twice the same is one. */
export async function showOnDesktop({ room, n, title, body }: Announcement): Promise<void> {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  try {
    // The sound is our own, by choice.
    const options = { body, tag: `${room}/${n}`, icon: "/icons/192.png", silent: true };
    await (await registration())?.showNotification(title, options);
  } catch {
    // Not allowed any more.
  }
}

/** Closes the notifications of messages that are over. */
export async function closeOnDesktop(over: (room: string, n: number) => boolean): Promise<void> {
  const shown = (await (await registration())?.getNotifications()) ?? [];
  for (const notification of shown) {
    const { room, n } = TAG.exec(notification.tag)?.groups ?? {};
    if (room !== undefined && over(room, Number(n))) notification.close();
  }
}

/** Two soft tones. Browsers are silent in a page that nobody has touched yet. */
export function playSound(): void {
  if (!navigator.userActivation.hasBeenActive) return;
  const context = new AudioContext();
  const begin = context.currentTime;
  for (const [index, frequency] of [660, 880].entries()) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    const from = begin + index * 0.12;
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0.15, from);
    volume.gain.exponentialRampToValueAtTime(0.001, from + 0.25);
    tone.connect(volume).connect(context.destination);
    tone.start(from);
    tone.stop(from + 0.25);
    if (index === 1) tone.onended = () => void context.close();
  }
}
