/** Operations on flows: those of every flow, and of each one with schemas of its own. */
import type { JsonSchema } from "millrace";
import type { HostedFlow } from "../host/index.js";
import {
  answer,
  badRequest,
  base,
  forbidden,
  idempotencyKey,
  inPath,
  inQuery,
  jsonBody,
  notFound,
  operation,
  outcomes,
  prefer,
  ref,
  text,
  wait,
} from "./parts.js";
import type { Paths, Schema } from "./types.js";

const name = inPath("name", "The flow's name.");
const anything: Schema = { type: "object" };
const events = answer("Its events as they happen, as server-sent events.", text, "text/event-stream");

const drawing = {
  description: "The drawing.",
  content: Object.fromEntries(
    ["application/json", "text/plain", "image/svg+xml", "text/html"].map((type) => [
      type,
      { schema: type === "application/json" ? anything : text },
    ]),
  ),
};

export const flowPaths: Paths = {
  "/flows": {
    get: operation({
      id: "listFlows",
      summary: "The flows that there are",
      tag: "flows",
      answers: { "200": answer("All that may be seen.", ref("FlowList")) },
    }),
  },
  "/flows/{name}": {
    get: operation({
      id: "getFlow",
      summary: "A flow, with what it takes and answers",
      tag: "flows",
      parameters: [name],
      answers: { "200": answer("The flow.", ref("Flow")), ...forbidden, ...notFound },
    }),
    post: operation({
      id: "startRun",
      summary: "Starts a run of any flow",
      tag: "flows",
      parameters: [name, wait, ...base, prefer, idempotencyKey],
      body: jsonBody(anything),
      answers: outcomes(ref("Run")),
    }),
  },
  "/flows/{name}/graph": {
    get: operation({
      id: "drawFlow",
      summary: "A flow's drawing",
      tag: "flows",
      parameters: [
        name,
        inQuery("format", "How it is drawn.", { enum: ["json", "mermaid", "svg", "html"], default: "json" }),
      ],
      answers: { "200": drawing, ...badRequest, ...forbidden, ...notFound },
    }),
  },
  "/flows/{name}/stream": {
    post: operation({
      id: "streamRun",
      summary: "Starts a run of any flow, and answers with what it does",
      tag: "flows",
      parameters: [name, ...base, idempotencyKey],
      body: jsonBody(anything),
      answers: { ...outcomes(ref("Run")), "200": events },
    }),
  },
};

/** Of one flow: with its own schemas, and components of these. */
export function pathsOfFlow(hosted: HostedFlow): { readonly paths: Paths; readonly schemas: Record<string, Schema> } {
  const key = componentName(hosted.name);
  const inputs = component(`${key}.inputs`, hosted.inputs);
  const output = component(`${key}.output`, hosted.output);
  const run: Schema = { allOf: [ref("Run"), { type: "object", properties: { output: ref(`${key}.output`) } }] };
  const path = `/flows/${encodeURIComponent(hosted.name)}`;
  const body = jsonBody(ref(`${key}.inputs`), (hosted.inputs.required?.length ?? 0) > 0);
  const what = hosted.title ?? hosted.name;
  return {
    schemas: { ...inputs, ...output, [`${key}.run`]: run },
    paths: {
      [path]: {
        post: operation({
          id: `run.${key}`,
          summary: `Runs ${what}`,
          tag: hosted.name,
          parameters: [wait, ...base, prefer, idempotencyKey],
          body,
          answers: outcomes(ref(`${key}.run`)),
        }),
      },
      [`${path}/stream`]: {
        post: operation({
          id: `stream.${key}`,
          summary: `Runs ${what}, and answers with what it does`,
          tag: hosted.name,
          parameters: [...base, idempotencyKey],
          body,
          answers: { ...outcomes(ref(`${key}.run`)), "200": events },
        }),
      },
    },
  };
}

/** Names of components may hold no other letters; two that come to the same are told apart. */
function componentName(flow: string): string {
  return flow.replace(/[^A-Za-z0-9_-]/g, (letter) => `_${letter.codePointAt(0)!.toString(16)}`);
}

/** A schema as a component, and its definitions as components beside it. */
function component(key: string, schema: JsonSchema): Record<string, Schema> {
  const { $defs = {}, ...own } = schema;
  const names = new Map(Object.keys($defs).map((def) => [`#/$defs/${def}`, `${key}.${componentName(def)}`]));
  const moved = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(moved);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([field, held]) => {
        if (field !== "$ref" || typeof held !== "string") return [field, moved(held)];
        return [field, `#/components/schemas/${held === "#" ? key : (names.get(held) ?? key)}`];
      }),
    );
  };
  const defs = Object.entries($defs).map(([def, held]) => [names.get(`#/$defs/${def}`)!, moved(held) as Schema]);
  return { [key]: moved(own) as Schema, ...Object.fromEntries(defs) };
}
