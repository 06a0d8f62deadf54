import { expect, test } from "vitest";

import { identityOutcome, identityStart } from "./identity-outcome";

const REFUSALS = ["cancelled", "expired", "failed", "unavailable", "unverified", "closed", "invite", "other_email"];

test.each(REFUSALS)("%s has a sentence and asks nothing", (told) => {
  const { step, sentence } = identityOutcome(`?identity=${told}`);
  expect(step).toBeNull();
  expect(sentence).toMatch(/\.$/u);
});

test("what the server does not tell says nothing", () => {
  for (const search of ["", "?identity=", "?identity=constructor", "?identity=<b>"]) {
    expect(identityOutcome(search)).toEqual({ step: null, sentence: null });
  }
});

test("the code and the consent are asked for", () => {
  expect(identityOutcome("?identity=code").step).toBe("code");
  expect(identityOutcome("?identity=connect").step).toBe("connect");
});

test("an invitation goes along, encoded", () => {
  expect(identityStart()).toBe("/api/auth/identity/start");
  expect(identityStart({ invite: "a&b" })).toBe("/api/auth/identity/start?invite=a%26b");
  expect(identityStart({ connect: "yes" })).toBe("/api/auth/identity/start?connect=yes");
});
