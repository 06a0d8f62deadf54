/** How this device tells of what the user wants to be told of; each device has its own choice. */
export interface DeviceChoices {
  /** By notifications of the operating system. */
  readonly desktop: boolean;
  readonly sound: boolean;
}

type Kept = Pick<Storage, "getItem" | "setItem">;

const KEY = "parley.device";

/** As it is now: another tab may have chosen. Nothing is chosen at first, nor where the browser keeps nothing. */
export function deviceChoices(storage: () => Kept = () => localStorage): DeviceChoices {
  try {
    const kept = JSON.parse(storage().getItem(KEY) ?? "{}") as Partial<DeviceChoices> | null;
    return { desktop: kept?.desktop === true, sound: kept?.sound === true };
  } catch {
    return { desktop: false, sound: false };
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
