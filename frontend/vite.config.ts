import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

import { limitFirstRoute } from "./scripts/first-route.ts";
import { serviceWorker } from "./scripts/service-worker.ts";

/** In bytes, gzipped. */
const FIRST_ROUTE_LIMIT = 150_000;

function local(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

export default defineConfig({
  plugins: [react(), limitFirstRoute(FIRST_ROUTE_LIMIT), serviceWorker(local("worker/sw.ts"))],
  resolve: { alias: { "@": local("src") } },
  build: {
    target: "es2023",
    // The content security policy allows no `data:` scripts or styles; images stay files as well.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  test: {
    include: ["src/**/*.test.{ts,tsx}", "scripts/**/*.test.ts"],
    environment: "node",
    restoreMocks: true,
    setupFiles: ["src/shared/testing/patience.ts"],
    // Nothing is measured by the clock: a busy machine only takes longer.
    testTimeout: 60_000,
  },
});
