/** How this device tells of what the user wants to be told of, and speaks; each device has its own choice. */
import { isLanguage, type Language } from "@/shared/texts/locale";

export interface DeviceChoices {
  /** By notifications of the operating system. */
  readonly desktop: boolean;
  readonly sound: boolean;
  /** Null for that of the browser. */
  readonly language: Language | null;
}

type Kept = Pick<Storage, "getItem" | "setItem">;

const KEY = "parley.device";
const NOTHING: DeviceChoices = { desktop: false, sound: false, language: null };

/** As it is now: another tab may have chosen. Nothing is chosen at first, nor where the browser keeps nothing. */
export function deviceChoices(storage: () => Kept = () => localStorage): DeviceChoices {
  try {
    const kept = JSON.parse(storage().getItem(KEY) ?? "{}") as Partial<DeviceChoices> | null;
    const language = isLanguage(kept?.language) ? kept.language : null;
    return { desktop: kept?.desktop === true, sound: kept?.sound === true, language };
  } catch {
    return NOTHING;
  }
}

/** Changes the choice and gives all of it, as it is kept. */
export function chooseForDevice(change: Partial<DeviceChoices>, storage: () => Kept = () => localStorage): DeviceChoices {
  try {
    storage().setItem(KEY, JSON.stringify({ ...deviceChoices(storage), ...change }));
  } catch {
    // The browser keeps nothing: what is given back says so.
  }
  return deviceChoices(storage);
}
