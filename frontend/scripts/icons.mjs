/**
 * Draws public/icons from the drawings: `npm run icons`, after one of them was changed.
 *
 * The full one leaves the circle of four fifths that a maskable icon shows for certain (W3C App Manifest, "Icon masks").
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import chromium from "@sparticuz/chromium";

const ICONS = [
  { drawing: "public/favicon.svg", name: "192", size: 192 },
  { drawing: "public/favicon.svg", name: "512", size: 512 },
  { drawing: "scripts/icon-full.svg", name: "maskable", size: 512 },
  { drawing: "scripts/icon-full.svg", name: "apple", size: 180 },
];

const frontend = join(import.meta.dirname, "..");
const browser = process.env.CHROMIUM ?? (await chromium.executablePath());
const scratch = mkdtempSync(join(tmpdir(), "parley-icons-"));
try {
  const page = join(scratch, "icon.html");
  for (const { drawing, name, size } of ICONS) {
    const source = readFileSync(join(frontend, drawing), "utf8").replace("<svg ", `<svg width="${size}" height="${size}" `);
    writeFileSync(page, `<!doctype html><style>body { margin: 0 } svg { display: block }</style>${source}`);
    execFileSync(browser, [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--hide-scrollbars",
      "--force-device-scale-factor=1",
      "--default-background-color=00000000",
      `--window-size=${size},${size}`,
      `--user-data-dir=${join(scratch, "profile")}`,
      `--screenshot=${join(frontend, "public", "icons", `${name}.png`)}`,
      `file://${page}`,
    ], { stdio: "ignore", timeout: 60_000 });
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
