import { expect, test } from "vitest";

import { ADA, id, room } from "@/shared/realtime/testing/fixtures";

import { foundRooms, listedRooms, neighbour } from "./room-order";

const users = new Map([[ADA, { id: ADA, name: "Ada" }]]);
const ada = room({ id: id(10), kind: "dm", peer: ADA });
const rooms = ["engines", "beta", "design"].map((name, index) => room({ id: id(20 + index), name }));
const listed = listedRooms([ada, ...rooms], users);
const titles = (found: readonly { readonly name: string }[]) => found.map(({ name }) => name);

test("rooms stand before direct messages, each by name", () => {
  expect(listed.map((it) => (it === ada ? "Ada" : it.name))).toEqual(["beta", "design", "engines", "Ada"]);
});

test("the neighbour is found round the ends, and from nowhere", () => {
  expect(neighbour(listed, id(21), 1)?.name).toBe("design");
  expect(neighbour(listed, id(21), -1)).toBe(ada);
  expect(neighbour(listed, ada.id, 1)?.name).toBe("beta");
  expect(neighbour(listed, null, 1)?.name).toBe("beta");
  expect(neighbour(listed, null, -1)).toBe(ada);
  expect(neighbour([], null, 1)).toBeUndefined();
});

test("a search finds the text anywhere in the title, and what begins with it or is unread comes first", () => {
  expect(titles(foundRooms(listed, " E", users, new Set()))).toEqual(["engines", "beta", "design"]);
  expect(titles(foundRooms(listed, "e", users, new Set([id(22)])))).toEqual(["engines", "design", "beta"]);
  expect(foundRooms(listed, "ADA", users, new Set())).toEqual([ada]);
  expect(foundRooms(listed, "nothing", users, new Set())).toEqual([]);
});
