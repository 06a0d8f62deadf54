import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

import { limitFirstRoute } from "./scripts/first-route.ts";

/** In bytes, gzipped. */
const FIRST_ROUTE_LIMIT = 150_000;

export default defineConfig({
  plugins: [react(), limitFirstRoute(FIRST_ROUTE_LIMIT)],
  resolve: { alias: { "@": fileURLToPath(new URL("src", import.meta.url)) } },
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
  },
});
