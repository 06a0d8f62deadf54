import js from "@eslint/js";
import boundaries from "eslint-plugin-boundaries";
import reactHooks from "eslint-plugin-react-hooks";
import globals from "globals";
import tseslint from "typescript-eslint";

import { textsInCatalogues } from "./scripts/texts-in-catalogues.js";

/** What the browser adds to the language: the realtime client gets these injected, so that tests can replace them. */
const browserOnly = Object.keys(globals.browser).filter(
  (name) => !(name in globals.es2025) && !["AbortController", "AbortSignal", "DOMException", "URLSearchParams"].includes(name),
);

export default tseslint.config(
  { ignores: ["dist", "node_modules", "coverage", "src/shared/contract/types.ts"] },
  {
    files: ["**/*.js", "**/*.mjs"],
    extends: [js.configs.recommended],
    languageOptions: { globals: globals.node },
  },
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [js.configs.recommended, tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { project: ["./tsconfig.json", "./tsconfig.node.json", "./tsconfig.worker.json"], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      eqeqeq: "error",
    },
  },
  {
    files: ["src/**/*.ts", "src/**/*.tsx"],
    extends: [reactHooks.configs.flat["recommended-latest"]],
    plugins: { boundaries },
    settings: {
      "import/resolver": { [`${import.meta.dirname}/scripts/import-resolver.js`]: {} },
      "boundaries/include": ["src/**/*"],
      "boundaries/elements": [
        { type: "shared", pattern: "src/shared" },
        { type: "feature", pattern: "src/features/*", capture: ["name"] },
        { type: "app", pattern: "src/app" },
      ],
    },
    rules: {
      "boundaries/dependencies": [
        "error",
        {
          default: "disallow",
          policies: [
            { from: { element: { type: "shared" } }, allow: { to: { element: { type: "shared" } } } },
            { from: { element: { type: "feature" } }, allow: { to: { element: { type: "shared" } } } },
            {
              from: { element: { type: "feature" } },
              allow: { to: { element: { type: "feature", captured: { name: "{{ from.captured.name }}" } } } },
            },
            {
              from: { element: { type: "app" } },
              allow: { to: { element: { types: { anyOf: ["shared", "feature", "app"] } } } },
            },
          ],
        },
      ],
    },
  },
  {
    files: ["src/**/*.ts", "src/**/*.tsx"],
    ignores: ["src/shared/texts/**", "src/**/testing/**", "src/**/*.test.ts", "src/**/*.test.tsx"],
    plugins: { parley: { rules: { "texts-in-catalogues": textsInCatalogues } } },
    rules: { "parley/texts-in-catalogues": "error" },
  },
  {
    files: ["src/shared/realtime/**/*.ts"],
    rules: {
      "no-restricted-imports": ["error", { patterns: [{ group: ["react", "react-dom", "react/*"], message: "The realtime client knows nothing of React." }] }],
      "no-restricted-globals": ["error", ...browserOnly],
    },
  },
);
