import type { Texts } from "@/shared/texts/en";

const BROWSERS = [
  ["Edg/", "Edge"],
  ["OPR/", "Opera"],
  ["Firefox/", "Firefox"],
  ["Chrome/", "Chrome"],
  ["Safari/", "Safari"],
] as const;
const SYSTEMS = [
  ["Android", "Android"],
  ["iPhone", "iPhone"],
  ["iPad", "iPad"],
  ["Windows", "Windows"],
  ["Macintosh", "macOS"],
  ["Linux", "Linux"],
] as const;

type DeviceTexts = Pick<Texts["settings"], "unknownDevice" | "browserOn">;

/** What people call the device with this User-Agent: the order matters, since most browsers name others as well. */
export function deviceName(agent: string, { unknownDevice, browserOn }: DeviceTexts): string {
  const browser = BROWSERS.find(([sign]) => agent.includes(sign))?.[1];
  const system = SYSTEMS.find(([sign]) => agent.includes(sign))?.[1];
  if (browser === undefined) return agent === "" ? unknownDevice : agent.slice(0, 60);
  return system === undefined ? browser : browserOn(browser, system);
}
