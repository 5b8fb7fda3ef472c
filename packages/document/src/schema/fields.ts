/** The fields of documents, flows and steps, as zod has them. What step types add stands with them. */
import { z } from "zod";
import { cacheField } from "../cache/cached.js";
import { flowId, id } from "./ids.js";

export const duration = z.union([
  z.int().min(0),
  z.string().regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/, 'is no duration: milliseconds, or "200ms", "10s", "5m", "1.5h", "2d"'),
]);

const retry = z.union([
  z.int().min(1),
  z.strictObject({
    attempts: z.int().min(1).describe("Attempts in all, the first one included."),
    backoff: z.enum(["fixed", "exponential"]).optional(),
    delay: duration.optional().describe("Before the second attempt."),
    maxDelay: duration.optional(),
    jitter: z.boolean().optional(),
  }),
]);

/** A type: text, a list of one, or fields. What it says is read elsewhere. */
const type = z.union([z.string(), z.array(z.unknown()), z.record(z.string(), z.unknown())]);
const names = z.array(id).min(1);

/** What every step may have; `type` and its own fields stand beside them. */
export const stepFields = {
  id: id.describe("Unique within the flow; expressions and conditions name the step by it."),
  type: z.string().describe("What the step does."),
  description: z.string().optional(),
  on: z
    .union([z.string(), z.array(z.unknown()), z.record(z.string(), z.unknown())])
    .optional()
    .describe(
      "What calls the step: `research or rework`, `{ and: [write, good] }`, `failed(charge)`. Default: the step before it.",
    ),
  start: z.literal(true).optional().describe("Beside `on`: the step is called when the flow starts, too."),
  after: z
    .union([id, z.array(id)])
    .optional()
    .describe(
      "Steps that it follows without taking anything from them, in place of the step before it. `[]`: it starts with the flow.",
    ),
  with: z
    .record(z.string(), z.unknown())
    .optional()
    .describe("Its parameters, with `{{ expressions }}` anywhere in them."),
  when: z.union([z.string(), z.boolean()]).optional().describe("An expression; where it is false the step is skipped."),
  retry: retry.optional().describe("Attempts in all, or `{ attempts, backoff, delay, maxDelay, jitter }`."),
  timeout: duration.optional().describe("Of one attempt."),
  repeat: z
    .strictObject({
      while: z
        .union([z.string(), z.boolean()])
        .describe("An expression over `result`, what the round made, and `round`, from 1."),
      max: z.int().min(1).max(1000).describe("Rounds at most; reaching it with `while` still true is a failure."),
    })
    .optional()
    .describe("Does the step again while an expression is true."),
  workers: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe("Between `explode` and `collect`: items, or batches, worked on at once. Default: 16."),
  batch: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe(
      "Between `explode` and `collect`: items handed over at once. Names of steps are lists then, and so is the result.",
    ),
  cache: cacheField.optional(),
  inputs: names.optional().describe('Variables of the flow that it takes: short for `with: { name: "{{ name }}" }`.'),
  outputs: names
    .optional()
    .describe("Variables that it makes: its result, or the fields of that name where there are several."),
};

/** A step without what its type adds. */
export const stepCommon = z.object(stepFields);

const declarations = z.record(z.string(), type);
const listOrById = z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())]);
const oneOrMany = z.union([z.string(), z.array(z.string())]);

export const flowFields = {
  id: flowId.describe("Unique over all files; the name of the flow's runs, too."),
  description: z.string().optional(),
  version: z.string().optional().describe("Recorded with each run."),
  inputs: z
    .union([declarations, names])
    .optional()
    .describe("What `kickoff` takes, by name with its type. Default: what the steps take of `input`."),
  variables: z
    .union([
      declarations,
      z.array(z.strictObject({ id, type, description: z.string().optional(), default: z.unknown().optional() })),
    ])
    .optional()
    .describe("Names for what inputs and steps make, with their types."),
  state: declarations.optional().describe("What steps share and change, by name; defaults make the initial state."),
  merge: z
    .record(z.string(), z.enum(["sum", "append", "union", "max", "lastWrite"]))
    .optional()
    .describe("Rules for concurrent writes of the state, by path."),
  signals: z
    .record(id, z.union([type, z.null()]))
    .optional()
    .describe("Input from outside, by name with its type."),
  steps: z
    .union([z.array(z.unknown()), z.null()])
    .optional()
    .describe("In order: a step without `on` follows the one before it."),
  outputs: z
    .union([z.record(z.string(), z.unknown()), names])
    .optional()
    .describe("What a run returns, with `{{ expressions }}`, or variables. Default: the result of the last step."),
};
export const flowSchema = z.strictObject(flowFields);

export const documentFields = {
  $schema: z.string().optional(),
  name: z.string().optional(),
  version: z.string().optional(),
  description: z.string().optional(),
  include: oneOrMany.optional().describe("Other files of the project: what stands in their sections belongs to it."),
  types: z
    .record(z.string(), type)
    .optional()
    .describe('Types by name: `Article: { title: text, tags: "list[text]" }`.'),
  connections: z
    .record(id, z.unknown())
    .optional()
    .describe("What steps reach outside, by name. What comes from the environment stays secret."),
  steps: z.record(id, z.unknown()).optional().describe("Steps that flows name by their id."),
  tools: listOrById.optional().describe("Functions with parameters, as a list or by id."),
  models: listOrById.optional().describe("Models that steps name, as a list or by id."),
  memories: listOrById.optional().describe("Memories that steps name, as a list or by id."),
  flows: listOrById.optional().describe("Flows, as a list or by id."),
};
export const documentSchemaZod = z.strictObject(documentFields);

/** A case of a router: the first whose `when` is true gives the label. */
export const routerCase = z.union([
  z.strictObject({
    when: z.union([z.string(), z.boolean()]).describe("An expression."),
    label: id.describe("The label that the run goes on with."),
    payload: z.unknown().optional().describe("What the label carries; default: the label itself."),
  }),
  z.strictObject({
    otherwise: id.describe("The label when no case before it was true."),
    payload: z.unknown().optional(),
  }),
]);
export const routerConfig = z.strictObject({ cases: z.array(routerCase).min(1).describe("Asked in order.") });

export const flowStepConfig = z.strictObject({
  flow: flowId.describe("The id of the flow that it runs, as a run of its own."),
});
