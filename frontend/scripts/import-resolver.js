/** Finds imports as TypeScript does, for the lint rule that checks the layers. */
import ts from "typescript";

const config = ts.getParsedCommandLineOfConfigFile(
  `${import.meta.dirname}/../tsconfig.json`,
  {},
  { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined },
);
const cache = ts.createModuleResolutionCache(import.meta.dirname, (name) => name, config?.options);

export const interfaceVersion = 2;

export function resolve(source, file) {
  const { resolvedModule } = ts.resolveModuleName(source, file, config?.options ?? {}, ts.sys, cache);
  return resolvedModule === undefined
    ? { found: false }
    : { found: true, path: ts.sys.resolvePath(resolvedModule.resolvedFileName) };
}
