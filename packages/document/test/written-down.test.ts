/** A document's flow as data says what its author wrote, and nothing of how it is run. */
import { fromDefinition } from "millrace";
import { expect, test } from "vitest";
import { flowIn, projectOf } from "./support/project.js";

const yaml = `flows:
  - id: main
    inputs: { topic: text, n: int }
    variables: { topic: text, draft: text }
    steps:
      - { id: first, type: code, run: "./code.mjs#first", with: { topic: "{{ input.topic }}", fixed: [1, { "$a": 2 }] } }
      - { id: second, type: code, run: "./code.mjs#second" }
      - { id: third, type: code, run: "./code.mjs#third", with: { text: "{{ first.list[0].v }} of {{ topic }}" }, outputs: [draft] }
      - { id: fourth, type: code, run: "./code.mjs#third", with: { text: "{{ size(draft) + input.n }}" } }
      - { id: fifth, type: template, template: "{{ draft }}" }
      - { id: sixth, type: code, run: "./code.mjs#second", on: fifth }
    outputs: { draft: "{{ draft }}", last: "{{ sixth }}" }
`;
const code = `
export const first = (given) => ({ list: [{ v: given.topic }] });
export const second = (given) => given;
export const third = (given) => given.text;
`;

test("parameters are references, texts and values", async () => {
  const Main = await flowIn(projectOf({ "flow.yaml": yaml, "code.mjs": code }));
  const data = Main.toDefinition();
  const given = Object.fromEntries(data.steps.map(({ name, run }) => [name, run.with]));
  expect(given).toEqual({
    first: { topic: { $ref: ["input", "topic"] }, fixed: [1, { $value: { $a: 2 } }] },
    second: { $ref: ["first"] },
    third: {
      text: {
        $template: {
          texts: ["", " of ", ""],
          values: [{ $ref: ["first", "list", "0", "v"] }, { $ref: ["input", "topic"] }],
        },
      },
    },
    // what is computed is told by what it reads
    fourth: { third: { $ref: ["third"] }, input: { $ref: ["input"] } },
    fifth: { third: { $ref: ["third"] }, fourth: { $ref: ["fourth"] } },
    sixth: undefined,
  });
  expect(data.result).toEqual({ draft: { $ref: ["third"], orElse: {} }, last: { $ref: ["sixth"], orElse: {} } });
  expect(JSON.stringify(data)).not.toMatch(/roots|handed/);
});

test("read again, with the same functions, it comes to the same", async () => {
  const Main = await flowIn(projectOf({ "flow.yaml": yaml, "code.mjs": code }));
  const third = ({ text }: { text: string }) => text;
  const Again = await fromDefinition(JSON.parse(JSON.stringify(Main.toDefinition())), {
    steps: {
      first: ({ topic }: { topic: string }) => ({ list: [{ v: topic }] }),
      second: (given: unknown) => given,
      third,
      fourth: ({ third: draft, input }: { third: string; input: { n: number } }) => draft.length + input.n,
      fifth: (read: { third: string }) => read.third,
      sixth: (given: unknown) => given,
    },
  });
  expect(Again.plan()).toEqual(Main.plan());
  const inputs = { topic: "mills", n: 2 };
  const [one, other] = [await new Main().kickoff(inputs as never), await new Again().kickoff(inputs as never)];
  expect(other.outputs).toEqual(one.outputs);
  expect([one.status === "completed" && one.output, other.status === "completed" && other.output]).toEqual([
    { draft: "mills of mills", last: "mills of mills" },
    { draft: "mills of mills", last: "mills of mills" },
  ]);
});
