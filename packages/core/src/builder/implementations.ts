/** What a definition that was data is run with, held against what it asks for. */
import type { z } from "zod";
import type { CallSources, DefinitionData, MergeRule, SchemaData } from "../definition/index.js";
import { nearest, type ValueProblem } from "../errors/index.js";
import { isFlow } from "./is-flow.js";
import type { StepFlow, StepFunction } from "./spec.js";

type Named<T> = Readonly<Record<string, T>>;

/** By the names of steps, unless said otherwise. */
export interface Implementations {
  /** Called with what the step is given and its tools, as a builder's functions are; a flow is run as a flow of its own. */
  readonly steps?: Named<StepFunction | StepFlow>;
  /** As a definition's own: with the state, the payload, and what the call finds beside it. */
  // biome-ignore lint/suspicious/noExplicitAny: what they are, the definition's author knows
  readonly when?: Named<(state: any, payload: any, sources: CallSources) => boolean>;
  readonly retryIf?: Named<(error: unknown) => boolean>;
  /** By path of the state. */
  readonly merge?: Named<Exclude<MergeRule, string>>;
  /** In place of those in the definition; needed where it has only a reference. */
  readonly schemas?: {
    readonly state?: z.ZodType<object>;
    readonly inputs?: z.ZodType;
    readonly output?: z.ZodType;
    readonly params?: Named<z.ZodType>;
    /** By the names of signals. */
    readonly signals?: Named<z.ZodType>;
  };
  /** What the run returns, where the definition has only a reference. */
  readonly result?: (sources: CallSources) => unknown;
}

/** Which names the implementations of one kind must have, and which they may have. */
interface Asked {
  readonly at: readonly string[];
  readonly given: object | undefined;
  readonly must: readonly string[];
  readonly may?: readonly string[];
  readonly fits: (value: unknown) => boolean;
  readonly kind: string;
}

const isFunction = (value: unknown) => typeof value === "function";
const isSchema = (value: unknown) => typeof value === "object" && value !== null && "_zod" in value;
const isReference = (data: SchemaData | undefined): boolean => data !== undefined && "reference" in data;

/** All that is missing, left over, or of the wrong kind. */
export function implementationProblems(data: DefinitionData, given: Implementations): readonly ValueProblem[] {
  const { steps, signals = [], merge = {} } = data;
  const names = (of: typeof steps) => of.map(({ name }) => name);
  const { signals: signalSchemas, params: paramSchemas, ...schemas } = given.schemas ?? {};
  const own = (["state", "inputs", "output"] as const).filter((key) => isReference(data[key]));
  const asked: Asked[] = [
    {
      at: ["steps"],
      given: given.steps,
      must: names(steps),
      fits: (value) => isFunction(value) || isFlow(value as StepFlow),
      kind: "a function or a flow",
    },
    {
      at: ["when"],
      given: given.when,
      must: names(steps.filter(({ when }) => when)),
      fits: isFunction,
      kind: "a function",
    },
    {
      at: ["retryIf"],
      given: given.retryIf,
      must: names(steps.filter(({ retryIf }) => retryIf)),
      fits: isFunction,
      kind: "a function",
    },
    {
      at: ["merge"],
      given: given.merge,
      must: Object.keys(merge).filter((path) => typeof merge[path] !== "string"),
      fits: isFunction,
      kind: "a function",
    },
    {
      at: ["schemas"],
      given: schemas,
      must: own,
      may: ["state", "inputs", "output"],
      fits: isSchema,
      kind: "a zod schema",
    },
    {
      at: ["schemas", "params"],
      given: paramSchemas,
      must: names(steps.filter(({ run }) => isReference(run.params))),
      may: names(steps.filter(({ run }) => run.params)),
      fits: isSchema,
      kind: "a zod schema",
    },
    {
      at: ["schemas", "signals"],
      given: signalSchemas,
      must: signals.filter(({ schema }) => isReference(schema)).map(({ name }) => name),
      may: signals.map(({ name }) => name),
      fits: isSchema,
      kind: "a zod schema",
    },
    {
      at: [],
      given,
      must: isResultReference(data.result) ? ["result"] : [],
      may: ["steps", "when", "retryIf", "merge", "schemas"],
      fits: (value) => ["function", "object", "undefined"].includes(typeof value),
      kind: "what implements something",
    },
  ];
  return asked.flatMap(problemsOf);
}

function problemsOf({ at, given, must, may = must, fits, kind }: Asked): ValueProblem[] {
  const problems: ValueProblem[] = [];
  const known = [...new Set([...must, ...may])];
  const names = Object.keys(given ?? {});
  for (const name of must) {
    if (names.includes(name)) continue;
    const near = nearest(
      name,
      names.filter((other) => !known.includes(other)),
    );
    problems.push({ path: [...at, name], message: `is missing${near === undefined ? "" : `: is it "${near}"?`}` });
  }
  for (const name of names) {
    const near = known.includes(name) ? undefined : nearest(name, known);
    if (!known.includes(name))
      problems.push({
        path: [...at, name],
        message: `is not asked for${near === undefined ? "" : `; did you mean "${near}"?`}`,
      });
    else if (!fits((given as Named<unknown>)[name])) problems.push({ path: [...at, name], message: `is not ${kind}` });
  }
  return problems;
}

export const isResultReference = (result: DefinitionData["result"]): boolean =>
  typeof result === "object" && result !== null && "reference" in result && typeof result.reference === "string";
