import { gzipSync } from "node:zlib";

import type { Plugin } from "vite";

/** As much of a bundler's output as is used. */
export interface Output {
  readonly type: "asset" | "chunk";
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
  readonly code?: string;
}

/** The bytes of JavaScript, gzipped, without which nothing is shown: each entry with all it imports statically. */
export function firstRouteBytes(bundle: Readonly<Record<string, Output>>): number {
  const needed = new Set<string>();
  const need = (name: string): void => {
    const output = bundle[name];
    if (output?.type !== "chunk" || needed.has(name)) return;
    needed.add(name);
    output.imports?.forEach(need);
  };
  for (const [name, output] of Object.entries(bundle)) if (output.isEntry === true) need(name);
  return [...needed].reduce((sum, name) => sum + gzipSync(bundle[name]?.code ?? "").length, 0);
}

/** Fails the build when the first route's JavaScript, gzipped, is more than `limit` bytes. */
export function limitFirstRoute(limit: number): Plugin {
  return {
    name: "limit-first-route",
    apply: "build",
    generateBundle(_options, bundle) {
      const bytes = firstRouteBytes(bundle);
      if (bytes <= limit) return;
      const sizes = `${bytes.toLocaleString("en")} bytes gzipped, and ${limit.toLocaleString("en")} is the limit`;
      this.error(`The first route's JavaScript has ${sizes}. Load on demand, by import(), what it does not need.`);
    },
  };
}
