import { MemoryPersistence } from "millrace";
import { expect, test } from "vitest";
import { flowIn, outputOf, problemsIn, projectOf } from "./support/project.js";

const code = `
let calls = 0;
export const poll = () => ({ n: ++calls });
export const nap = (_, { sleep }) => sleep(1);
`;
const repeated = (step: string) => ({
  "code.mjs": code,
  "flow.yaml": `flows: [{ id: main, steps: [{ id: again, type: code, ${step} }] }]`,
});

test("a step is done again while an expression over its result is true", async () => {
  const step = "run: ./code.mjs#poll, repeat: { while: 'result.n < 3 || round < 4', max: 5 }";
  expect(await outputOf(repeated(step))).toEqual({ n: 4 });
});

test("a limit that is reached, and a round that waits, fail plainly", async () => {
  await expect(outputOf(repeated("run: ./code.mjs#poll, repeat: { while: 'true', max: 2 }"))).rejects.toMatchObject({
    code: "STEP_REPEAT_LIMIT",
    message: 'Step "again" was done 2 times, and its `while` still answers true.',
  });
  await expect(outputOf(repeated("run: ./code.mjs#nap, repeat: { while: 'true', max: 2 }"))).rejects.toMatchObject({
    code: "STEP_REPEAT_MISUSED",
    step: "again",
  });
});

test("a flow is run again, each round as a run of its own", async () => {
  const files = {
    "flow.yaml": `
flows:
  - id: main
    steps: [{ id: again, type: flow, flow: inner, repeat: { while: round < 3, max: 5 } }]
  - id: inner
    steps: [{ id: x, type: construct, fields: { n: 1 } }]
`,
  };
  const persistence = new MemoryPersistence();
  const { id, ...result } = await new (await flowIn(projectOf(files)))({ persistence }).kickoff();
  expect(result).toMatchObject({ output: { n: 1 } });
  const runs = persistence.list({}).runs.map((run) => run.id);
  const children = runs.filter((run) => run !== id).sort();
  expect(children).toEqual([1, 2, 3].map((round) => `${id}/again/1/round ${round}`));
});

test("what returns labels or waits for people can't be repeated, and is told at load", async () => {
  const problems = await problemsIn({
    "flow.yaml": `
flows:
  - id: main
    steps:
      - { id: who, type: ask, prompt: "Who?", repeat: { while: round < 2, max: 3 } }
      - { id: which, type: router, cases: [{ otherwise: good }], repeat: { while: round < 2, max: 3 } }
      - { id: end, type: construct, on: good, fields: { n: 1 } }
`,
  });
  expect(problems).toMatch(/"who" waits for people: it can't be done again by `repeat`/);
  expect(problems).toMatch(/"which" returns labels: it can't be done again by `repeat`/);
});
