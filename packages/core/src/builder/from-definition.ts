/** A definition that was data, and what implements it, made a flow again: same plan, same hash. */
import type { z } from "zod";
import {
  type BindingData,
  type Condition,
  type DefinitionData,
  type FlowDefinition,
  type MergeRule,
  type SchemaData,
  type StepData,
  type StepDefinition,
  signal as signalNamed,
} from "../definition/index.js";
import { FlowError, listProblems, type ValueProblem } from "../errors/index.js";
import { type DefinedFlow, type FlowShape, flowClass } from "../runtime/index.js";
import { readBindingData } from "./binding-data.js";
import { definitionSchema } from "./definition-schema.js";
import { type Implementations, implementationProblems, isResultReference } from "./implementations.js";
import { lowerFlow } from "./lower-flow.js";
import { runnerOf } from "./run-step.js";
import type { FlowSpec, StepSpec } from "./spec.js";

type Zod = typeof import("zod");

/**
 * A flow class of what `toDefinition()` has written, as it came back from JSON, and of what implements its steps. It has the
 * plan and the hash of the flow that was written: stored runs go on with it.
 *
 * @throws {FlowError} DEFINITION_DATA_INVALID – the data is no definition; all problems are told
 * @throws {FlowError} DEFINITION_IMPLEMENTATIONS_INVALID – some are missing, left over or of the wrong kind; all are told
 * @throws {FlowError} PLAN_INVALID – what is written makes no flow
 * @example
 * const data = JSON.parse(await readFile("greeting.json", "utf8"));
 * const Greeting = await fromDefinition(data, { steps: { greet: ({ name }) => `Hello, ${name}` } });
 * await new Greeting().kickoff({ name: "Ada" });
 */
export async function fromDefinition<C = FlowShape>(
  data: unknown,
  implementations: Implementations = {},
): Promise<DefinedFlow<C>> {
  const zod = await import("zod");
  const read = readDefinition(data, zod);
  const wrong = implementationProblems(read.data, implementations);
  if (wrong.length > 0)
    throw new FlowError(
      "DEFINITION_IMPLEMENTATIONS_INVALID",
      `What is given for flow "${read.data.name}" is not what it asks for: ${listProblems(wrong, "all of it")}`,
      {
        hint: "Give a function for every step, and for whatever else the definition has only a reference to.",
        details: { problems: wrong },
      },
    );
  const made = flowClass<C>(definitionOf(read, implementations, zod));
  made.plan();
  return made;
}

interface Read {
  readonly data: DefinitionData;
  /** By step. */
  readonly bindings: ReadonlyMap<string, unknown>;
  readonly result: { readonly binding: unknown } | undefined;
}

/** Nothing that anybody wrote is nested deeper, or larger. */
const deepest = 200;
const largest = 200_000;

function readDefinition(given: unknown, { z: zod }: Zod): Read {
  if (isTooLarge(given, deepest, { left: largest }))
    throw invalidData([
      { path: [], message: `is nested more than ${deepest} deep, or has more than ${largest} values` },
    ]);
  const parsed = definitionSchema(zod).safeParse(given);
  if (!parsed.success)
    throw invalidData(parsed.error.issues.map(({ path, message }) => ({ path: path as (string | number)[], message })));
  const data = parsed.data as unknown as DefinitionData;
  const problems: ValueProblem[] = [];
  const bindings = new Map<string, unknown>();
  for (const [i, { name, run }] of data.steps.entries())
    if (run.with !== undefined) bindings.set(name, readBindingData(run.with, ["steps", i, "run", "with"], problems));
  const bound = data.result !== undefined && !isResultReference(data.result);
  const result = bound ? { binding: readBindingData(data.result as BindingData, ["result"], problems) } : undefined;
  if (problems.length > 0) throw invalidData(problems);
  return { data, bindings, result };
}

function definitionOf({ data, bindings, result }: Read, given: Implementations, zod: Zod): FlowDefinition {
  const schema = (at: string, from: SchemaData | undefined, own?: z.ZodType): z.ZodType | undefined =>
    own ?? (from && "json" in from ? schemaOf(from.json, at, zod) : undefined);
  const own = given.schemas ?? {};
  const state = schema("state", data.state, own.state);
  const inputs = schema("inputs", data.inputs, own.inputs);
  const output = schema("output", data.output, own.output);
  const signals = new Map(
    (data.signals ?? []).map(({ name, schema: from }, i) => [
      name,
      schema(`signals.${i}.schema`, from, ownOf(own.signals, name))!,
    ]),
  );
  const params = data.steps.map(({ name, run }, i) =>
    schema(`steps.${i}.run.params`, run.params, ownOf(own.params, name)),
  );
  const base: FlowDefinition = {
    name: data.name,
    ...(data.version !== undefined && { version: data.version }),
    ...(state && { state }),
    ...(inputs && { inputs }),
    ...(output && { output }),
    ...(data.merge && { merge: mergeOf(data.merge, given) }),
    signals,
    steps: data.steps.map((step) => stepOf(step, given)),
    ...(data.keepsInputs && { keepsInputs: true }),
    ...(given.result && { result: given.result }),
  };
  if (bindings.size === 0 && !result && params.every((schema) => !schema)) return base;
  const spec: FlowSpec = {
    name: data.name,
    ...(state && { state: state as z.ZodType<object> }),
    ...(inputs && { input: inputs }),
    signals: [...signals].map(([name, schema]) => signalNamed(name, schema)),
    steps: data.steps.map((step, i) => specOf(step, given, { with: bindings.get(step.name), params: params[i] })),
    ...(result && { result: result.binding }),
  };
  const { steps, checkInputs, result: made, resultData } = lowerFlow(spec);
  return {
    ...base,
    steps: base.steps.map((step, i) => {
      const { invoke, params: bound } = steps[i]!;
      return { ...step, invoke, ...(bound && { params: bound }) };
    }),
    ...(checkInputs && { checkInputs }),
    ...(made && { result: made }),
    ...(resultData && { resultData }),
  };
}

/** Everything but how it is called with its parameters made of references. */
function stepOf(step: StepData, given: Implementations): StepDefinition {
  const { name, run, description, shape, starts, conditions = [], router, retryIf, when, ...facts } = step;
  const code = runnerOf(given.steps![name]!);
  return {
    name,
    origin: { reference: run.reference, ...(description !== undefined && { description }), ...(shape && { shape }) },
    starts: starts ?? false,
    conditions,
    router: router ?? false,
    ...facts,
    ...(retryIf && { retryIf: given.retryIf![name]! }),
    ...(when && { when: given.when![name]! }),
    invoke: code,
  };
}

/** What decides how parameters are made; when the step is called is known already. */
function specOf(
  { name, starts, conditions, router, routes, literals, forEach }: StepData,
  given: Implementations,
  made: { readonly with: unknown; readonly params: z.ZodType | undefined },
): StepSpec {
  const on: Condition | undefined = conditions?.[0];
  const labels = routes ?? literals;
  return {
    name,
    run: given.steps![name]!,
    ...(made.with !== undefined && { with: made.with }),
    ...(made.params && { params: made.params }),
    ...(on && { on }),
    ...(starts && { starts }),
    ...(router && { router, ...(labels && { routes: labels }) }),
    ...(forEach && { forEach }),
  };
}

function mergeOf(
  merge: NonNullable<DefinitionData["merge"]>,
  given: Implementations,
): Readonly<Record<string, MergeRule>> {
  return Object.fromEntries(
    Object.entries(merge).map(([path, rule]) => [
      path,
      typeof rule === "string" ? (rule as MergeRule) : given.merge![path]!,
    ]),
  );
}

function schemaOf(json: object, at: string, { z: zod }: Zod): z.ZodType {
  try {
    return zod.fromJSONSchema(json as Parameters<typeof zod.fromJSONSchema>[0]);
  } catch (cause) {
    const message = `is no JSON Schema that can be read: ${(cause as Error).message}`;
    throw invalidData([{ path: at.split("."), message }]);
  }
}

const ownOf = <T>(given: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  given && Object.hasOwn(given, name) ? given[name] : undefined;

/** What is held twice counts twice, as it will be read twice. */
function isTooLarge(value: unknown, levels: number, budget: { left: number }): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0 || --budget.left < 0) return true;
  return Object.values(value).some((inner) => isTooLarge(inner, levels - 1, budget));
}

function invalidData(problems: readonly ValueProblem[]): FlowError {
  return new FlowError(
    "DEFINITION_DATA_INVALID",
    `This is no definition of a flow: ${listProblems(problems, "all of it")}`,
    {
      hint: "Give what toDefinition() has written, or write what docs/doors.md shows.",
      details: { problems },
    },
  );
}
