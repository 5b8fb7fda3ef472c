// References are not the values that they stand for: what JavaScript would make of them is told.
import { describe, expect, test } from "vitest";
import { flow, orElse, outcomeOf, template } from "../src/index.js";
import { errorOf } from "./support/error-of.js";

type Anything = any;
const loose = (name: string) => flow(name) as Anything;

describe("a reference used as if it were the value", () => {
  const misuses: Readonly<Record<string, (parse: Anything, input: Anything) => unknown>> = {
    "a method": (parse) => ({ text: parse.text.toUpperCase() }),
    "a text": (parse) => ({ text: `read ${parse.title}` }),
    "an addition": (parse) => ({ n: parse.n + 1 }),
    "a comparison": (parse) => ({ big: parse.n > 3 }),
    "an equality": (parse) => ({ same: parse.n === 3 }),
    "a condition": (parse) => (parse.ok ? { a: 1 } : { a: 2 }),
    "a logical or": (parse) => ({ a: parse.title || "untitled", b: parse.other && 1 }),
    JSON: (parse) => ({ text: JSON.stringify(parse) }),
    "a spread": (parse) => ({ ...parse }),
    "a spread of a list": (parse) => ({ list: [...parse.list] }),
    "a loop": (parse) => {
      for (const item of parse.list) return item;
      return undefined;
    },
    "a key": (parse) => ({ has: "text" in parse }),
    "a change": (parse) => {
      parse.text = "x";
      return parse;
    },
    "a promise": async (parse) => parse,
    "reading behind a default": (parse) => (orElse(parse.title, {}) as Anything).length,
    "reading into an outcome": (parse) => (outcomeOf(parse) as Anything).status,
    "what is none": () => orElse("parse.title" as Anything, 1),
  };
  test.each(Object.entries(misuses))("%s", (_, make) => {
    const built = loose("misused").step("parse", () => 1);
    const error = errorOf(() =>
      built.step(
        "load",
        () => 1,
        ({ parse, input }: Anything) => make(parse, input),
      ),
    );
    expect(error.code).toBe("DEFINITION_REFERENCE_MISUSED");
    expect(error.hint).not.toBe("");
  });

  test.each<[string, (kept: Anything) => unknown]>([
    ["as it is", (kept) => ({ a: kept })],
    ["read further", (kept) => kept.v],
    ["with a default", (kept) => orElse(kept, 1)],
    ["its outcome", (kept) => outcomeOf(kept)],
    ["in a template", (kept) => template`of ${kept}`],
  ])("kept from another builder: %s", (_, make) => {
    let kept: Anything;
    const keep = ({ parse }: Anything) => {
      kept = parse;
      return parse;
    };
    const parse = () => ({ v: 1 });
    loose("other").step("parse", parse).step("keeper", parse, keep);
    const error = errorOf(() =>
      loose("own")
        .step("parse", parse)
        .step("load", parse, () => make(kept)),
    );
    expect(error.code).toBe("DEFINITION_REFERENCE_MISUSED");
    expect(error.message).toMatch(/^A reference to "parse(\.v)?" is given to "load", but was made for "keeper"\.$/);
    expect(error.hint).toContain("ref(");
  });

  test("is no thenable, and shows what it is", async () => {
    let seen: unknown;
    loose("shown")
      .step("parse", () => 1)
      .step(
        "load",
        () => 1,
        ({ parse }: Anything) => {
          seen = parse;
          return { parse };
        },
      );
    expect(await seen).toBe(seen);
  });
});
