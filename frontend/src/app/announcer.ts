/** Tells of messages beyond the page: by the operating system, by a sound. */
import type { MessageCreated } from "@/shared/contract/types";
import type { DeviceChoices } from "@/shared/lib/device-choices";
import type { Cancel } from "@/shared/realtime/environment";
import { isQuiet, levelOf, tellsOf } from "@/shared/realtime/notification-settings";
import type { Realtime } from "@/shared/realtime/realtime";
import { roomTitle } from "@/shared/services/selectors";
import { currentTexts } from "@/shared/texts/language";

/** A message as it is told of. */
export interface Announcement {
  readonly room: string;
  readonly n: number;
  readonly title: string;
  readonly body: string;
}

export interface AnnouncerPorts {
  readonly now: () => Date;
  readonly choices: () => Pick<DeviceChoices, "desktop" | "sound">;
  /** Whether this tab is the one of all that tells. */
  readonly isTeller: () => boolean;
  /** Whether a tab that can be seen shows the room. */
  readonly isOnScreen: (room: string) => Promise<boolean>;
  readonly show: (announcement: Announcement) => Promise<void>;
  /** Takes back what was shown of the messages that are `over`; all tabs' and of earlier, too. */
  readonly takeBack: (over: (room: string, n: number) => boolean) => Promise<void>;
  readonly play: () => void;
  /** The text of a message as it is read. */
  readonly read: (text: string) => string;
}

export class Announcer {
  readonly #realtime: Realtime;
  readonly #ports: AnnouncerPorts;

  constructor(realtime: Realtime, ports: AnnouncerPorts) {
    this.#realtime = realtime;
    this.#ports = ports;
  }

  /** Tells from now on. The result ends that, with all that was shown: the user signs out. */
  start(): Cancel {
    const { reads } = this.#realtime;
    const ends = [
      this.#realtime.onNews((message) => void this.#tell(message)),
      reads.unread.subscribe(() => {
        if (this.#ports.isTeller()) void this.#ports.takeBack((room, n) => this.#isRead(room, n));
      }),
    ];
    return () => {
      for (const end of ends) end();
      void this.#ports.takeBack(() => true);
    };
  }

  async #tell(message: MessageCreated): Promise<void> {
    if (!this.#isWanted(message) || !this.#ports.isTeller() || (await this.#ports.isOnScreen(message.room))) return;
    // It may have been read, here or on another device, meanwhile.
    const announcement = this.#isRead(message.room, message.n) ? null : this.#announcementOf(message);
    if (announcement === null) return;
    const { desktop, sound } = this.#ports.choices();
    if (sound) this.#ports.play();
    if (desktop) await this.#ports.show(announcement);
  }

  #isWanted(message: MessageCreated): boolean {
    const room = this.#realtime.rooms.get().get(message.room);
    const chosen = this.#realtime.notifications.current.get();
    if (room === undefined || this.#realtime.hasBlocked(message.sender) || isQuiet(chosen.quiet, this.#ports.now())) return false;
    return tellsOf(message, this.#realtime.me.id, levelOf(room, chosen));
  }

  #isRead(room: string, n: number): boolean {
    return !this.#realtime.rooms.get().has(room) || n <= this.#realtime.reads.marker(room).n;
  }

  #announcementOf({ room: id, n, sender, text }: MessageCreated): Announcement | null {
    const room = this.#realtime.rooms.get().get(id);
    if (room === undefined) return null;
    const texts = currentTexts().app;
    const users = this.#realtime.directory.users.get();
    const name = users.get(sender)?.name ?? texts.newMessage;
    const title = room.kind === "dm" ? name : texts.nameInRoom(name, roomTitle(room, undefined));
    return { room: id, n, title, body: this.#ports.read(text) };
  }
}
