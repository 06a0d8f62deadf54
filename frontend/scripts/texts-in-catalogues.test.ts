import { Linter } from "eslint";
import tseslint from "typescript-eslint";
import { expect, test } from "vitest";

import { textsInCatalogues } from "./texts-in-catalogues.js";

function refused(code: string): number {
  const messages = new Linter().verify(code, {
    languageOptions: { parser: tseslint.parser, parserOptions: { ecmaFeatures: { jsx: true } } },
    plugins: { parley: { rules: { texts: textsInCatalogues } } },
    rules: { "parley/texts": "error" },
  });
  expect(messages.filter(({ ruleId }) => ruleId !== "parley/texts")).toEqual([]);
  return messages.length;
}

test.each([
  ["<p>Saved</p>"],
  ["<p>{busy ? 'Saving' : texts.save}</p>"],
  ["<p>{new_ && `${count} new`}</p>"],
  ["<>{'by ' + name}</>"],
  ["<img alt='Logo' />"],
  ["<button aria-label={`Open ${room}`} title={texts.open} />"],
  ["<TextField error={missing ? 'Missing' : errors.name} />"],
  ["const tabs = [{ title: 'People' }]"],
  ["setProblem('Enter a day.')"],
  ["<button onClick={() => tell('not now')} />"],
])("%s is refused", (code) => {
  expect(refused(code)).toBe(1);
});

test.each([
  ["<p className='one two'>{texts.saved} · {count}</p>"],
  ["<p>{kind === 'Open' ? texts.open : texts.closed}</p>"],
  ["<button aria-label={texts.open(name)} type='button'>+</button>"],
  ["throw new Error('this cannot be')"],
  ["matchMedia('(pointer: fine)')"],
  ["const key = event.key === 'Escape'"],
])("%s is not", (code) => {
  expect(refused(code)).toBe(0);
});
