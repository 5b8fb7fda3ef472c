import { inspect } from "node:util";
import { expect, test } from "vitest";
import { PlainDraft } from "./plain-draft.js";

const draftOf = (state: object) => new PlainDraft(state, () => new Error("over")).proxy as Record<string, any>;

test("a draft reads as the state from the first read on", () => {
  const draft = draftOf({ n: 5, list: [1] });
  expect([draft.n, Reflect.get(draft, "n"), { ...draft }.n, "n" in draft]).toEqual([5, 5, 5, true]);
  expect(draft.list).toEqual([1]);
});

test("console.log shows what the state is now, before and after a write inside it", () => {
  const draft = draftOf({ n: 5, list: [1] });
  expect(inspect(draft)).toBe("{ n: 5, list: [ 1 ] }");
  draft.n = 6;
  expect(inspect(draft)).toBe("{ n: 6, list: [ 1 ] }");
  draft.list.push(2);
  expect(inspect(draft)).toBe("{ n: 6, list: [ 1, 2 ] }");
});
