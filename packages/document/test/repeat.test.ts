import { expect, test } from "vitest";
import { outputOf } from "./support/project.js";

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
