/** What the pages say of the language, said by tiny documents. */
import { expect, test } from "vitest";
import { outputIn, outputOf, problemsIn, projectOf } from "./support/project.js";

const code = `
export const fail = () => { throw new Error("down"); };
export const tell = (given) => given;
export const typed = async ({ n }) => ({ n, more: true });
export function* streamed() { yield 1; return { n: "1" }; }
`;
const flow = (steps: string, more = "") => ({
  "code.mjs": code,
  "flow.yaml": `flows:\n  - id: main\n${more}    steps:\n${steps.trim().replace(/^/gm, "      ")}\n`,
});

test("inputs and outputs are those of the first and last steps, through three flows", async () => {
  const files = {
    "flow.yaml": `
flows:
  - { id: top, steps: [{ id: a, type: flow, flow: middle }] }
  - { id: middle, steps: [{ id: b, type: flow, flow: low, with: { tags: "{{ input.tags }}", n: "{{ input.n }}" } }] }
  - id: low
    inputs: { tags: "list[text]", n: { type: int, default: 3 }, note: "text?" }
    steps: [{ id: c, type: template, template: "{{ input.tags[0] }} {{ input.n }}{{ orElse(input.note, '') }}" }]
`,
  };
  expect(await outputOf(files, { tags: ["a"] })).toBe("a 3");
  await expect(outputOf(files, { tags: "a" })).rejects.toMatchObject({ code: "RUN_INPUTS_INVALID" });
  await expect(outputOf(files, { tags: ["a"], nn: 1 })).rejects.toThrow(/did you mean "n"/);
});

test("a router without a case that is true ends its path", async () => {
  const steps = `
- { id: way, type: router, cases: [{ when: input.n > 10, label: big }] }
- { id: never, type: echo, on: big, value: big }
`;
  expect(await outputOf(flow(steps), { n: 5 })).toBeUndefined();
  expect(await outputOf(flow(steps), { n: 50 })).toBe("big");
});

test("`when` may be true or false itself, as a variable of the environment makes it", async () => {
  const steps = `
- id: a
  type: echo
  value: 1
  when: \${ON}
- { id: b, type: echo, value: 2, when: true, after: [] }
- { id: c, type: echo, value: "{{ orElse(a, 'skipped') }} {{ b }}", after: [] }
`;
  const root = projectOf(flow(steps));
  expect(await outputIn(root, {}, { env: { ON: "false" } })).toBe("skipped 2");
  expect(await outputIn(root, {}, { env: { ON: "true" } })).toBe("1 2");
});

test("how a step came out, in every way of asking", async () => {
  const steps = `
- { id: bad, type: code, run: "./code.mjs#fail" }
- { id: gone, type: echo, value: 1, when: "false", after: [] }
- { id: default, type: template, after: [], template: "{{ orElse(bad, 'none') }} {{ orElse(gone, 'none') }}" }
- { id: outcome, type: template, after: [], template: "{{ outcomeOf(bad).status }} {{ outcomeOf(gone).status }}" }
- { id: why, type: template, after: [], template: "{{ outcomeOf(bad).error.message }}" }
- { id: handed, type: echo, on: settled(bad) }
- { id: failed, type: template, on: failed(bad), template: "{{ bad.code }}" }
- { id: skipped, type: code, on: settled(gone), run: "./code.mjs#tell" }
- { id: asked, type: echo, after: [], when: outcomeOf(gone).status == "skipped", value: yes }
- { id: all, type: echo, after: [default, outcome, why, handed, failed, skipped, asked], value: ["{{ default }}", "{{ outcome }}", "{{ why }}", "{{ handed.error.code }}", "{{ failed }}", "{{ skipped }}", "{{ asked }}"] }
`.replaceAll("default", "standin");
  expect(await outputOf(flow(steps))).toEqual([
    "none none",
    "failed skipped",
    'Step "bad" failed: down',
    "STEP_FAILED",
    "STEP_FAILED",
    { status: "skipped" },
    "yes",
  ]);
});

test("what is not there is not there: it is not what the step before made", async () => {
  const steps = `
- { id: a, type: echo, value: { b: 1 } }
- { id: c, type: echo, value: "{{ a.gone }}" }
- { id: d, type: echo, value: "{{ orElse(c, 'nothing') }}" }
`;
  expect(await outputOf(flow(steps))).toBe("nothing");
});

test("a step that is repeated may read the round, and its `while` whatever a step reads", async () => {
  const steps = `
- { id: limit, type: echo, value: { n: "{{ input.to }}" } }
- { id: again, type: echo, value: "{{ round * 10 }}", after: [], repeat: { while: result < limit.n && round < input.most, max: 9 } }
`;
  expect(await outputOf(flow(steps), { to: 30, most: 9 })).toBe(30);
  expect(await outputOf(flow(steps), { to: 30, most: 2 })).toBe(20);
  const wrong = await problemsIn(
    flow(`
- { id: a, type: echo, value: 1, repeat: { while: nix, max: 2 } }
- { id: b, type: echo, value: 1, repeat: { while: round + 1, max: 2 } }
- { id: c, type: echo, value: "{{ round }}" }
`),
  );
  expect(wrong).toMatch(/:4:\d+ The name "nix" is not known here/);
  expect(wrong).toMatch(/:5:\d+ The expression gives a number, not true or false/);
  expect(wrong).toMatch(/:6:\d+ The name "round" is not known here/);
});

test("a signal may be declared by its name alone", async () => {
  const steps = `
- { id: a, type: echo, value: 1 }
- { id: b, type: echo, on: a and go, value: 2 }
`;
  expect(await outputOf(flow(steps, "    signals: { go: }\n"))).toMatchObject({
    status: "waiting",
    waitingFor: [{ kind: "signal", name: "go" }],
  });
});

test("what code returns is checked by its type, and kept whole", async () => {
  const steps = (run: string) =>
    `- { id: a, type: code, run: "./code.mjs#${run}", output: { n: int }, with: { n: "{{ input.n }}" } }`;
  const any = "    inputs: { n: any }\n";
  expect(await outputOf(flow(steps("typed"), any), { n: 1 })).toEqual({ n: 1, more: true });
  const wrong = { code: "STEP_VALUE_INVALID", message: expect.stringContaining("./code.mjs#") };
  await expect(outputOf(flow(steps("typed"), any), { n: "1" })).rejects.toMatchObject(wrong);
  await expect(outputOf(flow(steps("streamed"), any), { n: 1 })).rejects.toMatchObject(wrong);
});

test("variables that nothing makes, text that is a number, names that CEL has: each says what is meant", async () => {
  const declared = "    version: 1.2\n    variables: { q: text, out: text }\n    inputs: [q]\n    outputs: [out]\n";
  const told = await problemsIn(
    flow(
      `
- { id: list, type: template, template: "{{ out }}" }
- { id: way, type: router, cases: [{ otherwise: double }] }
- { id: b, type: echo, on: double, value: 1 }
`,
      declared,
    ),
  );
  expect(told).toContain('"version" is a number; text is expected.\n  Write text: in quotes, "1.2".');
  expect(told.match(/Nothing makes the variable "out"/g)).toHaveLength(2);
  expect(told).toContain('A step can\'t be called "list"');
});
