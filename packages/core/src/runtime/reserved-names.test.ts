import { expect, expectTypeOf, test } from "vitest";
import { type ReservedName, reservedNames } from "../definition/index.js";
import { Flow } from "./flow.js";

test("every member of Flow has a reserved name", () => {
  expectTypeOf<Exclude<keyof Flow<any>, ReservedName>>().toBeNever();
  const members = membersOf(Flow.prototype).filter((name) => name !== "constructor");
  expect(members).toContain("kickoff");
  expect(members).toContain("once");
  expect(members.filter((name) => !(reservedNames as readonly string[]).includes(name))).toEqual([]);
});

/** Those of its base classes too. */
function membersOf(prototype: object): string[] {
  if (prototype === Object.prototype) return [];
  return [...Object.getOwnPropertyNames(prototype), ...membersOf(Object.getPrototypeOf(prototype))];
}
