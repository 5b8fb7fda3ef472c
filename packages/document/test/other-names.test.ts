/** What those write who come from QType or Timbal is answered in our words. */
import { describe, expect, test } from "vitest";
import { problemsIn } from "./support/project.js";

const step = (fields: string) => ({ "flow.yaml": `flows: [{ id: a, steps: [{ id: s, ${fields} }] }]\n` });

describe("types of steps", () => {
  test.each([
    ["PromptTemplate", "template"],
    ["Decoder", "decode"],
    ["FieldExtractor", "extract"],
    ["Explode", "explode"],
    ["Collect", "collect"],
    ["Aggregate", "aggregate"],
    ["Construct", "construct"],
    ["Echo", "echo"],
    ["InvokeFlow", "flow"],
    ["InvokeTool", "tool"],
    ["SQLSource", "sql"],
    ["FileSource", "file-read"],
    ["FileWriter", "file-write"],
    ["PythonFunctionTool", "code"],
    ["APITool", "http"],
    ["Condition", "router"],
    ["invoke_flow", "flow"],
  ])("%s is %s", async (theirs, ours) => {
    expect(await problemsIn(step(`type: ${theirs}`))).toContain(
      `There is no step type "${theirs}"; here it is "${ours}".`,
    );
  });

  test.each([
    ["LLMInference", "llm"],
    ["Agent", "agent"],
    ["llm", "llm"],
  ])("%s comes with a package", async (theirs, ours) => {
    const told = await problemsIn(step(`type: ${theirs}, model: fast`));
    expect(told).toContain(`There is no step type "${theirs}".`);
    expect(told).toContain(`It is \`type: ${ours}\` of the package @millrace/ai`);
    expect(told).toMatch(/stepTypes: aiSteps.*`models` and `memories`/s);
  });

  test.each(["VectorSearch", "DocumentSplitter", "IndexUpsert"])("%s is a step of one's own", async (theirs) => {
    expect(await problemsIn(step(`type: ${theirs}`))).toMatch(/`sql` with a full-text index.*`defineStepType`/);
  });

  test("what is only misspelt has the nearest name", async () => {
    expect(await problemsIn(step("type: tempalte"))).toContain('is "template" meant?');
  });
});

describe("fields", () => {
  test.each([
    ["type: flow, flow: a, input_bindings: {}", "input_bindings", "with"],
    ["type: construct, field_bindings: {}, fields: {}", "field_bindings", "fields"],
    ["type: extract, from: 1, path: $, json_path: $", "json_path", "path"],
    ["type: http, url: 'https://a.example', endpoint: x", "endpoint", "url"],
    ["type: http, url: 'https://a.example', auth: x", "auth", "connection"],
    ["type: echo, depends_on: x", "depends_on", "after"],
    ["type: echo, if: x", "if", "when"],
    ["type: echo, cache_config: x", "cache_config", "cache"],
    ["type: echo, concurrency_config: x", "concurrency_config", "workers"],
    ["type: echo, max_retries: 3", "max_retries", "retry"],
    ["type: sql, sql: select 1, query: select 1", "query", "sql"],
  ])("%s", async (fields, theirs, ours) => {
    expect(await problemsIn(step(fields))).toMatch(
      new RegExp(`"${theirs}" is no field of .*; here it is "${ours}"\\.`),
    );
  });

  test.each([
    ["model: { type: Model }", /"type" is no field of a model[\s\S]*leave it out/],
    ["model: { dimensions: 5 }", /"dimensions" .* here it is "params"/],
    ["model: { api_key: x }", /"api_key" .* here it is "connection"[\s\S]*apiKey: "\$\{MY_KEY\}"/],
    ["flow: { interface: { type: Conversational } }", /"interface" is no field of a flow[\s\S]*a ChatMessage each/],
    ["top: { id: app }", /"id" is no field of a document; here it is "name"/],
    ["top: { indexes: [] }", /"indexes" is no field of a document[\s\S]*`http` or `code`/],
    ["top: { feedback: x }", /"feedback" is no field of a document[\s\S]*your client/],
  ])("around what asks models: %s", async (more, told) => {
    const [, where, field] = /^(\w+): \{ (.*) \}$/.exec(more)!;
    const at = (place: string) => (where === place ? field : "");
    const flow = `{ id: a, ${at("flow")}${where === "flow" ? ", " : ""}steps: [{ id: s, type: echo, value: 1 }] }`;
    const model = `{ id: m, provider: p${where === "model" ? `, ${field}` : ""} }`;
    expect(await problemsIn({ "flow.yaml": `${at("top")}\nmodels: [${model}]\nflows: [${flow}]\n` })).toMatch(told);
  });

  test("of documents, flows, models and memories", async () => {
    const yaml = `
auths: []
references: []
custom_types: []
telemetry: {}
models: [{ id: m, provider: p, model_id: x, inference_params: {} }]
memories: [{ id: t, token_limit: 10 }]
flows: [{ id: a, mode: chat, steps: [{ id: s, type: echo, value: 1, output_bindings: {} }] }]
`;
    const told = await problemsIn({ "flow.yaml": yaml });
    for (const [theirs, ours] of Object.entries({
      auths: "connections",
      references: "include",
      custom_types: "types",
      model_id: "model",
      inference_params: "params",
      token_limit: "window",
    }))
      expect(told).toMatch(new RegExp(`"${theirs}" is no field of .*; here it is "${ours}"\\.`));
    for (const theirs of ["telemetry", "mode", "output_bindings"])
      expect(told).toMatch(new RegExp(`"${theirs}" is no field of [^;]*\\.\n`));
    expect(told).toContain("What a step makes is read by its id");
  });
});
