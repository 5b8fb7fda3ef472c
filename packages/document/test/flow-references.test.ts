/** Flows that a step type names by its config: run by it, checked where they are written, handed to the class that is made of it. */
import { join } from "node:path";
import {
  defineStepType,
  flowRef,
  formatProblems,
  loadDocument,
  memoryRef,
  type StepType,
  stepRunner,
  toolRef,
} from "@millrace/document";
import { Flow, start } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";
import { converted, linkPackages, story } from "./support/converted.js";
import { projectOf } from "./support/project.js";

const delegate = `import { defineStepType, flowRef, memoryRef, modelRef } from "@millrace/document";
import { z } from "zod";
export const delegate = defineStepType({
  type: "delegate",
  description: "Runs the flows that it names.",
  config: z.strictObject({
    to: z.array(z.union([flowRef(), z.strictObject({ flow: flowRef() })])),
    model: modelRef().optional(),
    memory: memoryRef().optional(),
  }),
  importedFrom: "./delegate.mjs#delegate",
  async run({ config, tools, project }) {
    const made = [];
    for (const one of config.to) made.push(await tools.runFlow(project.flow(one.flow ?? one), { word: "hi" }));
    const summary = config.memory && project.memory(config.memory, tools).summary;
    return { made, summary, prices: summary && project.model(summary.model).prices };
  },
});`;

const yaml = `
models:
  - { id: fast, provider: acme, prices: { input: 1, output: 2.5 } }
memories:
  - { id: talk, summary: { model: fast, at: 1000 } }
flows:
  - id: main
    steps:
      - { id: both, type: delegate, to: [shout, { flow: whisper }], memory: talk }
  - { id: shout, inputs: { word: text }, steps: [{ id: a, type: template, template: "{{ input.word }}!" }] }
  - { id: whisper, inputs: { word: text }, steps: [{ id: a, type: template, template: "({{ input.word }})" }] }
`;

test("they run, in documents and in the class that is made of one", { timeout: 60_000 }, async () => {
  const files = { "delegate.mjs": delegate, "flow.yaml": yaml };
  const root = projectOf(files);
  linkPackages(root);
  const { delegate: type } = (await import(join(root, "delegate.mjs"))) as { delegate: StepType };
  const { flows, text } = await converted(files, { stepTypes: [type] });
  expect(text).toMatch(/flows: \{\s*shout: \(\) => Shout,\s*whisper: \(\) => Whisper,?\s*\}/);
  expect(text).toContain('import { delegate } from "./delegate.mjs";');
  const main = flows.find(({ id }) => id === "main")!;
  const expected = await story(main.document, {});
  expect(expected.end).toMatchObject({
    output: { made: ["hi!", "(hi)"], summary: { model: "fast" }, prices: { input: 1, output: 2.5 } },
  });
  expect((await story(main.written, {})).end).toEqual(expected.end);
});

const named = defineStepType({
  type: "named",
  description: "Names a flow.",
  config: z.strictObject({ flow_of: flowRef(), memory: memoryRef().optional(), tool: toolRef().optional() }),
  run: ({ config, project }) => project.flow(config.flow_of).plan().flow,
});

test.each<[string, string, RegExp]>([
  ["a flow that is not there", "flow_of: shuot", /:9:\d+ There is no flow "shuot"; is "shout" meant\?/],
  [
    "who writes a summary",
    "flow_of: shout, memory: talk",
    /:5:\d+ The summary of the memory "talk" is to be written by a model "fsat" that is not there; is "fast" meant\?/,
  ],
  ["a price below nothing", "flow_of: shout", /:3:\d+ "output" is too small/],
])("what is wrong is told where it stands: %s", async (what, config, expected) => {
  const wrong = yaml
    .replace(/type: delegate.*/, `type: named, ${config} }`)
    .replace("model: fast, at", `model: ${what.startsWith("who") ? "fsat" : "fast"}, at`)
    .replace("output: 2.5", `output: ${what.startsWith("a price") ? -1 : 2.5}`);
  const root = projectOf({ "flow.yaml": wrong });
  const loading = loadDocument(join(root, "flow.yaml"), { stepTypes: [named as unknown as StepType] });
  expect(await loading.then(() => "", formatProblems)).toMatch(expected);
});

test("by hand they are given as functions", async () => {
  class Shout extends Flow {
    @start() a() {
      return "loud";
    }
  }
  const run = stepRunner({ flows: { shout: () => Shout } });
  class Main extends Flow {
    @start() one() {
      return run(named, { flow_of: "shout" }, this);
    }
    @start() two() {
      return run(named, { flow_of: "shuot" }, this).catch((error: Error) => error.message);
    }
  }
  const { outputs } = await new Main().kickoff();
  expect(outputs).toMatchObject({ one: "Shout", two: 'There is no flow "shuot"; is "shout" meant?' });
});
