/**
 * Compares pictures: node components/compare.mjs EXPECTED ACTUAL DIFFERENCES
 *
 * The first two are folders of PNGs. Prints what is not alike as JSON, [name, reason] each, and leaves the three
 * pictures of each in the third folder.
 */
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";

/** How far a pixel's colour may be off, from 0 to 1; pixels that smooth an edge may be further. */
const COLOUR = 0.1;
/** The share of pixels that may be off by more. */
const SHARE = 0.001;

const [expected, actual, differences] = process.argv.slice(2);
const names = new Set([expected, actual].flatMap((folder) => readdirSync(folder)).filter((name) => name.endsWith(".png")));

function compare(name) {
  if (!existsSync(join(expected, name))) return "is new";
  if (!existsSync(join(actual, name))) return "is gone";
  const [before, after] = [expected, actual].map((folder) => PNG.sync.read(readFileSync(join(folder, name))));
  const { width, height } = before;
  if (after.width !== width || after.height !== height) {
    return `is ${after.width} by ${after.height} pixels, not ${width} by ${height}`;
  }
  const picture = new PNG({ width, height });
  const off = pixelmatch(before.data, after.data, picture.data, width, height, { threshold: COLOUR });
  if (off <= SHARE * width * height) return null;
  writeFileSync(join(differences, name.replace(".png", "-difference.png")), PNG.sync.write(picture));
  return `has ${off} other pixels`;
}

const found = [...names].sort().flatMap((name) => {
  const reason = compare(name);
  if (reason === null) return [];
  for (const [folder, kind] of [
    [expected, "expected"],
    [actual, "actual"],
  ]) {
    if (existsSync(join(folder, name))) copyFileSync(join(folder, name), join(differences, name.replace(".png", `-${kind}.png`)));
  }
  return [[name, reason]];
});
console.log(JSON.stringify(found));
