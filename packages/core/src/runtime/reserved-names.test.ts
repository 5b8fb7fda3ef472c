import { expect, expectTypeOf, test } from "vitest";
import { type ReservedName, reservedNames } from "../definition/index.js";
import { Flow } from "./flow.js";

test("every member of Flow has a reserved name", () => {
  expectTypeOf<Exclude<keyof Flow<any>, ReservedName>>().toBeNever();
  const members = Object.getOwnPropertyNames(Flow.prototype).filter((name) => name !== "constructor");
  expect(members.length).toBeGreaterThan(5);
  expect(members.filter((name) => !(reservedNames as readonly string[]).includes(name))).toEqual([]);
});
