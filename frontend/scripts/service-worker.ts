import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { transformWithOxc, type Plugin } from "vite";

export interface Build {
  readonly version: string;
  readonly files: readonly string[];
}

/** What the worker keeps: all files by their paths, and a version that changes with any of them. */
export function buildOf(contents: ReadonlyMap<string, string | Uint8Array>): Build {
  const files = [...contents.keys()].sort();
  const digest = createHash("sha256");
  for (const path of files) {
    const content = createHash("sha256").update(contents.get(path) ?? "").digest("hex");
    digest.update(`${path} ${content}\n`);
  }
  return { version: digest.digest("hex").slice(0, 16), files };
}

/** Adds `sw.js`, made from the source, which knows all files of the build as `BUILD`. */
export function serviceWorker(source: string): Plugin {
  let publicDir = "";
  return {
    name: "service-worker",
    apply: "build",
    // After index.html was made.
    enforce: "post",
    configResolved(config) {
      publicDir = config.publicDir;
    },
    async generateBundle(_options, bundle) {
      const contents = new Map<string, string | Uint8Array>();
      for (const output of Object.values(bundle)) {
        if (output.fileName.endsWith(".map")) continue;
        contents.set(`/${output.fileName}`, output.type === "chunk" ? output.code : output.source);
      }
      for (const entry of readdirSync(publicDir, { recursive: true, withFileTypes: true })) {
        const path = join(entry.parentPath, entry.name);
        if (entry.isFile()) contents.set(path.slice(publicDir.length), readFileSync(path));
      }
      const { code } = await transformWithOxc(readFileSync(source, "utf8"), source);
      const build = JSON.stringify(buildOf(contents));
      this.emitFile({ type: "asset", fileName: "sw.js", source: `const BUILD = ${build};\n${code}` });
    },
  };
}
