/** Takes the pictures of one folder for those of another, as small as PNG makes them: node components/accept.mjs FROM TO */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { constants } from "node:zlib";

import { PNG } from "pngjs";

/** Without a filter, which is for photographs, and without the alpha of a page that covers everything. */
const SMALL = { deflateLevel: 9, deflateStrategy: constants.Z_DEFAULT_STRATEGY, filterType: 0, colorType: 2 };

const [from, to] = process.argv.slice(2);
rmSync(to, { recursive: true, force: true });
mkdirSync(to, { recursive: true });
for (const name of readdirSync(from)) {
  writeFileSync(join(to, name), PNG.sync.write(PNG.sync.read(readFileSync(join(from, name))), SMALL));
}
