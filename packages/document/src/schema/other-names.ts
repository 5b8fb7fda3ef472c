/**
 * What steps and fields are called in QType and Timbal, and here: whoever comes from there writes those names first, and the
 * nearest of ours is often the wrong one.
 */

/** By the other's name in lower case: our type, or what is to be done where there is none. */
const types: Readonly<Record<string, { readonly type?: string; readonly hint: string }>> = {
  prompttemplate: { type: "template", hint: 'A template refers by `{{ … }}`: `template: "About {{ input.topic }}"`.' },
  decoder: { type: "decode", hint: "It reads `text`, as a value of the type in `as`." },
  fieldextractor: { type: "extract", hint: "It takes `path`, a JSONPath, out of `from`." },
  construct: { type: "construct", hint: "It puts `fields` together, as a value of the type in `as`." },
  echo: { type: "echo", hint: "It answers `value`." },
  explode: { type: "explode", hint: "The steps up to `collect` are called once for each of `items`." },
  collect: { type: "collect", hint: "It brings together what came of each item since `explode`." },
  aggregate: { type: "aggregate", hint: "It counts and adds up `items`: `make: { sum: price }`." },
  invokeflow: { type: "flow", hint: "Name the flow by `flow`, and its inputs by `with`." },
  invoketool: { type: "tool", hint: "Name the tool by `tool`, and its parameters by `with`." },
  pythonfunctiontool: { type: "code", hint: "Name module and export: `run: ./steps.ts#research`." },
  apitool: { type: "http", hint: "It sends a request to `url`, by a `connection`." },
  sqlsource: { type: "sql", hint: "It answers the rows of `sql`: a list, which `explode` hands over one by one." },
  filesource: {
    type: "file-read",
    hint: "It answers the rows of `path`: a list, which `explode` hands over one by one.",
  },
  filewriter: { type: "file-write", hint: "It writes `content`, a text or a list of rows, to `path`." },
  condition: {
    type: "router",
    hint: "Its `cases` give labels, and steps wait for these by `on`; for one step alone take `when`.",
  },
  suspend: { type: "ask", hint: "It waits for an answer to `prompt`; `approval` waits for a choice." },
};

/** What they hand a model, and we. */
const asked =
  "`system`, `prompt` or `message`, `memory`, `tools`, and `as` for the type of the answer; its result is read by its id.";

/** What comes with a package, by the other's name. */
const models: Readonly<Record<string, string>> = {
  llminference: "llm",
  llm: "llm",
  llmstep: "llm",
  chat: "llm",
  agent: "agent",
  intent: "intent",
};
const others = [
  "invokeembedding",
  "vectorsearch",
  "documentsearch",
  "documentsource",
  "documentsplitter",
  "documentembedder",
  "doctotextconverter",
  "indexupsert",
  "bedrockreranker",
  "reranker",
];

/** What an unknown type is here, of those that there are; undefined: it is none of theirs. */
export function otherType(
  written: string,
  allowed: readonly string[] = [],
): { readonly type?: string; readonly hint: string } | undefined {
  const name = written.toLowerCase().replaceAll(/[-_ ]/g, "");
  if (Object.hasOwn(types, name)) return types[name];
  if (Object.hasOwn(models, name) && allowed.includes(models[name]!))
    return { type: models[name]!, hint: `It takes ${asked}` };
  if (Object.hasOwn(models, name))
    return {
      hint: `It is \`type: ${models[name]}\` of the package @millrace/ai: install it, and hand it over, \`loadDocument(file, { stepTypes: aiSteps })\`; the command line finds it by itself. \`models\` and \`memories\` of the document are its own.`,
    };
  if (others.includes(name))
    return {
      hint: "Search by `sql` with a full-text index (docs/coming-from-qtype.md), call your index by `http` or `code`, or write a step type for it: `defineStepType`.",
    };
  return undefined;
}

const chat =
  "A flow is a chat by what it takes and returns, a ChatMessage each; its other inputs are set once per chat. Leave it out.";
const keyed = `\`connections: { mine: { type: model-api, apiKey: "\${MY_KEY}" } }\``;
const index = "An index is a service: reach it by `http` or `code`, or write a step type for it: `defineStepType`.";

/** By the other's name: ours, the first that may stand there; or what is to be done. */
const fields: Readonly<Record<string, { readonly names?: readonly string[]; readonly hint?: string }>> = {
  auth: { names: ["connection"] },
  auths: {
    names: ["connections"],
    hint: `By name: ${keyed}.`,
  },
  batch_config: { names: ["batch"] },
  batch_size: { names: ["batch"] },
  cache_config: { names: ["cache"], hint: "How long a result is kept: `cache: 1h`." },
  concurrency_config: { names: ["workers"] },
  num_workers: { names: ["workers"] },
  custom_types: { names: ["types"] },
  data_map: { names: ["with"] },
  datamap: { names: ["with"] },
  depends: { names: ["after"] },
  depends_on: { names: ["after"] },
  dependsOn: { names: ["after"] },
  needs: { names: ["after"] },
  else: { names: ["cases"], hint: "The last of a router's `cases` is `{ otherwise: label }`." },
  // biome-ignore lint/suspicious/noThenProperty: a word of QType
  then: { names: ["cases"], hint: "A router's `cases` give labels, and steps wait for these by `on`." },
  equals: { names: ["cases"], hint: 'A router\'s `cases` ask by expressions: `{ when: "x == 1", label: one }`.' },
  endpoint: { names: ["url", "baseUrl", "baseURL"] },
  fail_on_missing: { names: ["default"], hint: "What is not there fails the step, unless `default` stands in for it." },
  field_bindings: { names: ["fields"] },
  fields_to_extract: { names: ["path"] },
  json_path: { names: ["path"] },
  function_name: { names: ["run"], hint: "Module and export: `run: ./steps.ts#research`." },
  module_path: { names: ["run"], hint: "Module and export: `run: ./steps.ts#research`." },
  if: { names: ["when"] },
  condition: { names: ["when", "cases"] },
  input_bindings: { names: ["with"] },
  bindings: { names: ["with"] },
  inputs_map: { names: ["with"] },
  output_bindings: {
    hint: "What a step makes is read by its id: `{{ summary.text }}`. `outputs` names variables of the flow.",
  },
  inference_params: { names: ["params"] },
  model_id: { names: ["model"] },
  interface: { hint: chat },
  mode: { hint: chat },
  session_inputs: { hint: chat },
  system_message: { names: ["system"] },
  system_prompt: { names: ["system"] },
  instructions: { names: ["system", "instructions"] },
  user_message: { names: ["message", "prompt"] },
  chat_history: { names: ["messages"] },
  message_history: { names: ["messages"] },
  max_iterations: { names: ["maxSteps"] },
  max_iter: { names: ["maxSteps"] },
  max_steps: { names: ["maxSteps"] },
  output_schema: { names: ["as"], hint: "A declared type: `as: Review`." },
  output_type: { names: ["as"], hint: "A declared type: `as: Review`." },
  response_format: { names: ["as"], hint: "A declared type: `as: Review`." },
  temperature: { names: ["settings", "params"], hint: "`{ temperature: 0 }`." },
  max_tokens: { names: ["settings", "params"], hint: "`{ maxOutputTokens: 500 }`." },
  top_p: { names: ["settings", "params"], hint: "`{ topP: 0.9 }`." },
  api_key: {
    names: ["apiKey", "connection"],
    hint: `A key stands in a connection: ${keyed}.`,
  },
  api_base: { names: ["baseURL", "connection"] },
  base_url: { names: ["baseURL", "baseUrl", "connection"] },
  host: { names: ["baseURL", "baseUrl", "connection"] },
  dimensions: { names: ["params"] },
  index: { hint: index },
  indexes: { hint: index },
  feedback: {
    hint: "Nothing here collects it by itself: your client sends it to a flow that keeps it, with the id of the run (docs/coming-from-qtype.md).",
  },
  id: { names: ["name"] },
  type: { hint: "What stands here is of one kind; leave it out." },
  max_retries: { names: ["retry"] },
  retries: { names: ["retry"] },
  memory: { names: ["memories"] },
  token_limit: { names: ["window"], hint: "`window: { tokens: 4000 }`." },
  chat_history_token_ratio: { names: ["window"], hint: "`window: { tokens: 4000 }` says how many are told on." },
  token_flush_size: {
    names: ["window"],
    hint: "`window: { tokens: 4000 }` says how many are told on; nothing is forgotten.",
  },
  next: { names: ["on"], hint: "The step that follows says by `on` or `after` whom it follows." },
  query: { names: ["sql"] },
  references: { names: ["include"] },
  requires_approval: { hint: "Put a step of `type: approval` before it." },
  telemetry: { hint: "The program that runs the flow tells of it: docs/observability.md." },
  timeout_seconds: { names: ["timeout"] },
  tool_providers: { names: ["tools"] },
  while: { names: ["repeat"], hint: "`repeat: { while: result.open, max: 10 }`." },
  while_: { names: ["repeat"], hint: "`repeat: { while: result.open, max: 10 }`." },
};

/** Our name of a field, where it may stand, and what to do; undefined: it is none of theirs. */
export function otherField(
  written: string,
  allowed: readonly string[],
): { readonly name?: string; readonly hint?: string } | undefined {
  const found = Object.hasOwn(fields, written) ? fields[written] : undefined;
  if (!found) return undefined;
  const name = found.names?.find((one) => allowed.includes(one));
  if (name === undefined && (found.names || !found.hint)) return undefined;
  return { ...(name !== undefined && { name }), ...(found.hint !== undefined && { hint: found.hint }) };
}
