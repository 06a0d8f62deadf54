/**
 * Takes pictures of one folder for those of another, as small as PNG makes them; what is not in the first is removed:
 * node components/accept.mjs FROM TO NAMES
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { constants } from "node:zlib";

import { PNG } from "pngjs";

/** Without a filter, which is for photographs, and without the alpha of a page that covers everything. */
const SMALL = { deflateLevel: 9, deflateStrategy: constants.Z_DEFAULT_STRATEGY, filterType: 0, colorType: 2 };

const [from, to, ...names] = process.argv.slice(2);
for (const name of names) {
  const picture = join(from, name);
  if (!existsSync(picture)) rmSync(join(to, name));
  else writeFileSync(join(to, name), PNG.sync.write(PNG.sync.read(readFileSync(picture)), SMALL));
}
