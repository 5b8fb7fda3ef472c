import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CheckProgram, prepare, programsOfPages } from "./check-pages.js";

const page = (code: string, { info = "ts", above = "" } = {}) => `# Page\n${above}\n\`\`\`${info}\n${code}\n\`\`\`\n`;

/** Pages that are right: nothing is said against them. */
const right: Record<string, string> = {
  "value of an expression": page("1 + 1; // => 2"),
  "value on the next line": page("[1, 2].map((n) => n * 2);\n// => [2, 4]"),
  "value of a constant": page('const text = "a" + "b"; // => "ab"'),
  "value that is awaited": page("await Promise.resolve({ a: [1] }); // => { a: [1] }"),
  "value of a return": page("function two() {\n  return 2; // => 2\n}\ntwo();"),
  "value as text": page("new Map([[1, new Set([2])]]); // => Map(1) { 1 => Set(1) { 2 } }"),
  "value with a gap": page("({ id: Math.random(), name: \"x\" }); // => { id: …, name: 'x' }"),
  "prints in order": page('console.log("a");\nconsole.log("between");\nconsole.log("b", 2); // prints: b 2'),
  "prints elsewhere": page("for (const n of [1, 2]) console.log(n);\n// prints: 1\n// prints: 2"),
  "marks inside texts are no comments": page(
    "const t = `x // => 5 $" + "{1 + 1} // prints: no`;\nt.length > 5; // => true",
  ),
  "a block that goes on": `${page("const n = 2;")}${page("n * n; // => 4", { info: "ts continue" })}`,
  "a decorator": page(
    "const seen: string[] = [];\nfunction mark(_: unknown, { name }: ClassMethodDecoratorContext) { seen.push(String(name)); }\nclass A {\n  @mark run() {}\n}\nnew A();\nseen; // => ['run']",
  ),
  "a package from outside": page('import { z } from "zod";\nz.number().parse(4); // => 4'),
  "an own folder to write to": page(
    'import { readdirSync, writeFileSync } from "node:fs";\nwriteFileSync("a.txt", "");\nreaddirSync("."); // => ["a.txt"]',
  ),
  "not run, with a reason": page('throw new Error("never");', {
    info: "ts ignore-run",
    above: "<!-- not run: it throws -->",
  }),
  "other languages": page("this is no code", { info: "text" }),
};

/** Pages that are wrong, and what must be said against them. */
const wrong: Record<string, readonly [markdown: string, said: RegExp]> = {
  "another value": [page("1 + 1; // => 3"), /line 4: says "=> 3", but is 2/],
  "one of several values": [page("for (const n of [1, 2]) {\n  n; // => 1\n}"), /line 5: .* but is 2/],
  "a value never reached": [page("if (Date.now() < 0) {\n  1; // => 1\n}"), /line 5: .* never reached/],
  "nothing printed": [page("// prints: a"), /line 4: says it prints "a"/],
  "prints out of order": [page('console.log("b\\na");\n// prints: a\n// prints: b'), /line 6: says it prints "b"/],
  "a throw": [page('throw new Error("broken");'), /ended with code 1.*broken/s],
  "a type error": [page("const n: number = 'text';\nn;"), /:4: Type 'string' is not assignable/],
};

describe("a page's programs", () => {
  const programs = programsOfPages(
    new Map([
      ...Object.entries(right),
      ...Object.entries(wrong).map(([name, [markdown]]) => [name, markdown] as const),
    ]),
  );
  let folder: string;
  let check: CheckProgram;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "check-pages-"));
    check = await prepare(programs, folder);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  async function saidAgainst(page: string): Promise<string> {
    const found: string[] = [];
    for (const program of programs.filter((one) => one.page === page)) found.push(...(await check(program)));
    return found.join("\n");
  }

  test.concurrent.each(Object.keys(right))("right: %s", { timeout: 60_000 }, async (page) => {
    expect(await saidAgainst(page)).toBe("");
  });
  test.concurrent.each(Object.entries(wrong))("wrong: %s", { timeout: 60_000 }, async (page, [, said]) => {
    expect(await saidAgainst(page)).toMatch(said);
  });
});

test.each([
  ["an unknown flag", page("1;", { info: "ts skip" }), /"skip" is not known/],
  ["not run without a reason", page("1;", { info: "ts ignore-run" }), /say why it is not run/],
  ["nothing to go on from", page("1;", { info: "ts continue" }), /no TypeScript block stands before it/],
])("refused: %s", (_name, markdown, said) => {
  expect(() => programsOfPages(new Map([["page.md", markdown]]))).toThrow(said);
});

test.each([
  ["console.log", page("console.log(1); // => 1"), /prints/],
  ["a loop", page("for (const n of [1]) {\n  if (n) {}\n} // => 1"), /nothing that has a value/],
])("refused: a value of %s", async (_name, markdown, said) => {
  const folder = mkdtempSync(join(tmpdir(), "check-pages-"));
  try {
    await expect(prepare(programsOfPages(new Map([["page.md", markdown]])), folder)).rejects.toThrow(said);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
