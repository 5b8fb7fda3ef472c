/** One step of a type, in a real run of a flow that has no other. Types are given as zod schemas in place of texts. */
import { realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { type Flow, FlowError, type FlowOptions, flowClass, type StepTools } from "millrace";
import { expect } from "vitest";
import type { z } from "zod";
import { memoryIn } from "../../memory/memory.js";
import { referenceProblems } from "../../references/index.js";
import type { Connection, StepContext, StepProject } from "../../step-context.js";
import type { StepType } from "../../step-type.js";

export interface Given {
  readonly params?: unknown;
  readonly root?: string;
  readonly connections?: Readonly<Record<string, Connection>>;
  readonly exports?: Readonly<Record<string, unknown>>;
  /** Of the run. */
  readonly id?: string;
}

type AnyStepType = Pick<StepType, "type" | "config" | "run" | "check" | "routes">;

export function flowOf(type: unknown, config: object, { params, root, connections = {}, exports = {} }: Given = {}) {
  const { config: schema, run, routes } = type as AnyStepType;
  const parsed = schema.parse(config);
  const project: StepProject = {
    root: realpathSync(root ?? tmpdir()),
    connection: (id) => connections[id]!,
    model: (id) => ({ id, provider: "test", model: id, params: {} }),
    memory: (id, { state }) => memoryIn(state, { id }),
    type: (written) => written as z.ZodType,
    flow: () => {
      throw new Error("there are no flows here");
    },
    load: (reference) => exports[reference],
    moduleHash: (reference) => reference,
    tool: (id) => {
      throw new Error(`no tool ${id}`);
    },
  };
  const labels = routes?.(parsed);
  return flowClass({
    name: "one-step",
    signals: new Map(),
    steps: [
      {
        name: "step",
        starts: true,
        conditions: [],
        router: !!labels,
        ...(labels && { routes: labels }),
        invoke: (flow) => run({ config: parsed, params, tools: flow as unknown as StepTools, project }),
      },
    ],
  });
}

type Kickoff = (inputs: object, options: { id?: string }) => Promise<{ outputs: Record<string, unknown> }>;

export async function runStep(type: unknown, config: object, given?: Given & FlowOptions<never>): Promise<unknown> {
  const { params, root, connections, exports, id, ...options } = (given ?? {}) as Given;
  const flow = new (flowOf(type, config, given))(options as FlowOptions<never>) as Flow<object>;
  const { kickoff } = flow as unknown as { kickoff: Kickoff };
  const result = await kickoff.call(flow, {}, id === undefined ? {} : { id });
  return result.outputs.step;
}

/** The error of a step that fails; a code that the engine keeps as it is. */
export async function failure(type: unknown, config: object, given?: Given): Promise<FlowError> {
  const error: unknown = await runStep(type, config, given).then(
    (value) => expect.fail(`it answered ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  );
  if (!FlowError.is(error)) throw error;
  return error as FlowError;
}

export function problemsOf(type: unknown, config: object, context: Partial<StepContext> = {}) {
  const { config: schema, check } = type as AnyStepType;
  const around: StepContext = {
    flow: "flow",
    step: "step",
    root: realpathSync(tmpdir()),
    connections: new Map(),
    models: new Map(),
    memories: new Map(),
    flows: new Set(),
    tools: new Map(),
    type: (written) => ({ schema: written as z.ZodType }),
    checkReference: () => undefined,
    ...context,
  };
  return [...referenceProblems(type as StepType, config, around), ...(check?.(schema.parse(config), around) ?? [])];
}
