/** Step types of a project's own that use models, memories, tools, types and exports, in the class that a document becomes. */
import { join } from "node:path";
import { documentToClass, type StepType } from "@millrace/document";
import { MemoryPersistence } from "millrace";
import { beforeEach, expect, test } from "vitest";
import { converted, linkPackages, story } from "./support/converted.js";
import { projectOf } from "./support/project.js";

const llm = `
import { connectionRef, defineStepType, memoryRef, modelRef, toolRef } from "@millrace/document";
import { z } from "zod";

export const llm = defineStepType({
  type: "llm",
  description: "Asks a model.",
  config: z.strictObject({
    model: modelRef(),
    memory: memoryRef().optional(),
    tools: z.array(toolRef()).default([]),
    as: z.string().default("text"),
    polish: z.string().optional(),
    log: connectionRef("llm-api").optional(),
    prompt: z.string(),
  }),
  templates: ["prompt", "model"],
  connections: [{ type: "llm-api", description: "Models.", config: z.strictObject({ apiKey: z.string(), host: z.string().optional() }) }],
  references: ({ polish }) => (polish ? [polish] : []),
  async run({ config, tools, project }) {
    const { id, model, provider, params, connection } = project.model(config.model);
    const memory = config.memory && project.memory(config.memory, tools);
    memory?.add({ role: "user", content: config.prompt });
    const told = memory?.recent().map(({ content }) => content) ?? [];
    const made = [];
    for (const name of config.tools) {
      const tool = project.tool(name);
      made.push([tool.description, await tool.run({ params: tool.parameters.parse({ city: config.prompt }), tools })]);
    }
    const text = [id, provider, model, JSON.stringify(params), connection?.apiKey, connection?.host].join(" ");
    const polished = config.polish ? project.load(config.polish)(text) : text;
    const fits = project.type(config.as).safeParse({ title: config.prompt }).success;
    return { polished, told, made, fits, log: config.log && project.connection(config.log).host };
  },
});`;

const yaml = `
types: { Inner: text, Article: { title: Inner } }
connections:
  acme: { type: llm-api, apiKey: "\${CLASS_ACME_KEY}", host: "https://\${CLASS_HOST}/v1" }
  log: { type: llm-api, apiKey: none, host: there }
models:
  - { id: fast, provider: acme, model: acme-mini-2, connection: acme, params: { temperature: 0, tier: "\${CLASS_TIER}" } }
  - { id: "very-slow", provider: acme }
  - { id: unused, provider: acme }
memories:
  - { id: talk, window: { messages: 2 } }
tools:
  weather: { description: "Tells the weather.", parameters: { city: text }, type: template, template: "sun in {{ params.city }}" }
  second: { parameters: { city: text }, type: llm, model: very-slow, prompt: "{{ params.city }}!" }
flows:
  - id: chat
    inputs: { text: text, model: { type: text, default: fast } }
    steps:
      - { id: first, type: llm, model: fast, memory: talk, prompt: "{{ input.text }}", as: Article, polish: ./own.mjs#polish, log: log }
      - { id: answer, type: llm, after: first, model: fast, memory: talk, tools: [weather, second], prompt: "more {{ input.text }}", as: "list[Article]" }
  - id: any
    inputs: { model: text }
    steps:
      - { id: one, type: llm, model: "{{ input.model }}", prompt: hi }
`;

const files = {
  "llm.mjs": llm,
  "own.mjs": "export const polish = (text) => `<` + text + `>`;",
  "flow.yaml": yaml,
};

/** The type as the project has it. */
async function typeOf(): Promise<StepType> {
  const root = projectOf(files);
  linkPackages(root);
  return ((await import(join(root, "llm.mjs"))) as { llm: StepType }).llm;
}

const env = { CLASS_ACME_KEY: "a-secret-key", CLASS_HOST: "acme.example", CLASS_TIER: "gold" };
beforeEach(() => {
  Object.assign(process.env, env);
  return () => {
    for (const name of Object.keys(env)) delete process.env[name];
  };
});

test("it is handed what its steps name; what is secret stands in no text, result or event", {
  timeout: 60_000,
}, async () => {
  const options = { stepTypes: [await typeOf()], stepTypeImports: { llm: "./llm.mjs#llm" } };
  const { flows, text } = await converted(files, options);
  for (const secret of Object.values(env)) expect(text).not.toContain(secret);
  expect(text).toContain('apiKey: fromEnv("CLASS_ACME_KEY")');
  expect(text).toContain("static state = z.object({ talk: memory() });");
  const [chat, any] = flows;
  const expected = await story(chat!.document, { text: "Rome" });
  expect(expected.end).toMatchObject({
    outputs: {
      first: {
        polished: '<fast acme acme-mini-2 {"temperature":0,"tier":"gold"} [secret] https://[secret]/v1>',
        fits: true,
        log: "there",
      },
      answer: {
        polished: expect.stringMatching(/^fast acme acme-mini-2 .* \[secret\] /),
        told: ["Rome", "more Rome"],
        made: [
          ["Tells the weather.", "sun in more Rome"],
          ["", expect.objectContaining({ polished: expect.stringMatching(/^very-slow acme very-slow \{\}/) })],
        ],
        fits: false,
      },
    },
  });
  expect(await story(chat!.written, { text: "Rome" })).toEqual(expected);
  for (const model of ["fast", "unused"])
    expect(await story(any!.written, { model })).toEqual(await story(any!.document, { model }));
  const wrong = await story(any!.written, { model: "fsat" });
  expect(wrong.end).toMatchObject({ message: expect.stringContaining('is "fast" meant?') });
});

test("a memory goes on from run to run", { timeout: 60_000 }, async () => {
  const options = { stepTypes: [await typeOf()], stepTypeImports: { llm: "./llm.mjs#llm" } };
  const { flows } = await converted(files, options);
  const { written } = flows[0]!;
  const flow = new written({ persistence: new MemoryPersistence() });
  await flow.continue("ada", { text: "Rome" } as never);
  const second = await flow.continue("ada", { text: "Oslo" } as never);
  expect(second.outputs).toMatchObject({ answer: { told: ["Oslo", "more Oslo"] } });
  expect(second.state).toMatchObject({ talk: { length: 4 } });
});

test("models that no step names are left out", { timeout: 60_000 }, async () => {
  const root = projectOf({ ...files, "flow.yaml": yaml.slice(0, yaml.indexOf("  - id: any")) });
  linkPackages(root);
  const options = { stepTypes: [await typeOf()], stepTypeImports: { llm: "./llm.mjs#llm" } };
  const text = await documentToClass(join(root, "flow.yaml"), options);
  expect(text).toMatch(/fast: \{[\s\S]*connection: "acme"/);
  expect(text).not.toContain("unused");
});
