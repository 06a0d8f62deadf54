/**
 * Turns src/shared/contract/schema.json into types.ts and limits.ts beside it.
 *
 * schema.json is written from the pydantic models: `{"$defs": {Name: JSON Schema}, "limits": {NAME: number}}`.
 * With --check nothing is written; the exit status tells whether the files are as they would be made.
 */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { compile } from "json-schema-to-typescript";

const contract = new URL("../src/shared/contract/", import.meta.url);
const header = "// Generated from schema.json by `npm run generate`. Do not edit.\n";

/** The schema as the type generator needs it: tags are always there, and only definitions have names. */
function prepared(schema, named) {
  if (Array.isArray(schema)) return schema.map((part) => prepared(part, false));
  if (schema === null || typeof schema !== "object") return schema;
  const made = {};
  for (const [key, value] of Object.entries(schema)) {
    // A title on a property would become one more exported type.
    if (key === "title" && !named && typeof value === "string") continue;
    made[key] = key === "properties" ? mapped(value, false) : prepared(value, false);
  }
  if (made.properties !== undefined) {
    // pydantic leaves a tag with a default out of `required`; it is sent always.
    const tags = Object.keys(made.properties).filter((name) => "const" in made.properties[name]);
    made.required = [...new Set([...tags, ...(made.required ?? [])])];
  }
  return made;
}

function mapped(schemas, named) {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, prepared(schema, named)]));
}

async function typesOf(definitions) {
  const root = {
    title: "Contract",
    description: "All definitions by name.",
    type: "object",
    additionalProperties: false,
    required: Object.keys(definitions),
    properties: Object.fromEntries(Object.keys(definitions).map((name) => [name, { $ref: `#/$defs/${name}` }])),
    $defs: mapped(definitions, true),
  };
  return compile(root, "Contract", {
    bannerComment: header,
    format: true,
    ignoreMinAndMaxItems: true,
    style: { printWidth: 110 },
  });
}

function limitsOf(limits) {
  const lines = Object.entries(limits).map(([name, value]) => `export const ${name} = ${value};\n`);
  return `${header}\n${lines.join("")}`;
}

async function stale(file, text) {
  const path = new URL(file, contract);
  const present = await readFile(path, "utf8").catch(() => "");
  if (present === text) return false;
  if (process.argv.includes("--check")) return true;
  await writeFile(path, text);
  console.log(`wrote ${fileURLToPath(path)}`);
  return false;
}

const schema = JSON.parse(await readFile(new URL("schema.json", contract), "utf8"));
const outdated = [];
for (const [file, text] of [
  ["types.ts", await typesOf(schema.$defs)],
  ["limits.ts", limitsOf(schema.limits)],
]) {
  if (await stale(file, text)) outdated.push(file);
}
if (outdated.length > 0) {
  console.error(`${outdated.join(" and ")} do not match schema.json. Run: npm run generate`);
  process.exitCode = 1;
}
