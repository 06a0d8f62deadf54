/** The page of all components, apart from the app: nothing of it is in the app's build. */
import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

function local(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": local("src") } },
  publicDir: false,
  server: { open: "/components/" },
  build: {
    target: "es2023",
    outDir: local("node_modules/.components"),
    emptyOutDir: true,
    chunkSizeWarningLimit: 2_000,
    rolldownOptions: { input: local("components/index.html") },
  },
});
