/** A document's step types in a class: their config as an object, their values as values. */
import { join } from "node:path";
import { collected, type Duration, Flow, type StepTools, toolsOf } from "millrace";
import { z } from "zod";
import { cached, cacheTtlMs } from "../cache/cached.js";
import { ResultStore } from "../cache/result-store.js";
import { guarded } from "../lower/guarded.js";
import { findReferences } from "../references/index.js";
import type { StepType } from "../step-type.js";
import { configInvalid, paramsInvalid } from "./config-invalid.js";
import { HandProject, isSchema } from "./hand-project.js";
import type { StepRunnerOptions } from "./step-runner-options.js";

// biome-ignore lint/suspicious/noExplicitAny: whatever its state is
type AnyFlow = Flow<any>;

/** Whose step it is, and what it is given beside its config. */
export interface StepCallOptions {
  /** The flow, `this` in a step; or what a function is given as tools. */
  readonly flow: AnyFlow | StepTools;
  /** What a document gives by `with`. */
  readonly params?: unknown;
  /** How long a result is taken for good: a call with the same config and parameters is answered from `.millrace/cache`. */
  readonly cache?: Duration;
}

/** As `runStep`, for one project. */
export interface StepRunner {
  <S extends z.ZodType>(
    type: StepType<S>,
    config: ConfigOf<S>,
    on: AnyFlow | StepTools | StepCallOptions,
    // biome-ignore lint/suspicious/noExplicitAny: what comes out is what `as` says, which is not known here
  ): Promise<any>;
  /** What `make` answers, or has answered for the same key within `ttl`. A function in the key counts by its source. */
  cached<T>(ttl: Duration, key: readonly unknown[], make: () => T): Promise<Awaited<T>>;
}

/** A config as it is written by hand: `parts` stand for texts. */
type ConfigOf<S extends z.ZodType> = { readonly [K in keyof z.input<S>]: z.input<S>[K] | readonly unknown[] };

/**
 * Runs step types for one project: with its folder, its connections.
 *
 * @throws {FlowError} STEP_CONFIG_INVALID – the folder is not there
 * @example
 * const run = stepRunner({ root: import.meta.dirname });
 * class People extends Flow {
 *   @start() read() { return run(fileRead, { path: "people.csv" }, this); }
 * }
 */
export function stepRunner(options: StepRunnerOptions = {}): StepRunner {
  let project: HandProject | undefined;
  const projectOf = () => (project ??= new HandProject(options));
  const store = () => new ResultStore({ folder: join(projectOf().root, ".millrace", "cache") });
  // biome-ignore lint/suspicious/noExplicitAny: a step type of whatever config
  const run = (type: StepType<any>, config: object, on: AnyFlow | StepTools | StepCallOptions): Promise<unknown> => {
    const { flow, params, cache } = "runFlow" in on ? ({ flow: on } as StepCallOptions) : on;
    const tools = flow instanceof Flow ? toolsOf(flow) : flow;
    const home = projectOf();
    const made = checkedConfig(type, config, home);
    const given = checkedParams(type, { config: made, params, project: home });
    const call = guarded(undefined, { project: home }, () =>
      type.run({ config: made, params: given, tools, project: home }),
    );
    if (cache === undefined) return answered(() => call({}, tools));
    const connection = home.connections.get(String((made as { connection?: unknown }).connection));
    const identity = {
      type: type.type,
      config: told(made),
      params: given,
      connection,
      more: [type.identity?.(made, home), modelsNamed(type, made, home)],
    };
    return cached(identity, { store: store(), ttlMs: cacheTtlMs(cache as number) }, () => call({}, tools));
  };
  const runner = run as StepRunner;
  runner.cached = (ttl, key, make) =>
    cached(
      { type: "cached", config: key.map((one) => (typeof one === "function" ? String(one) : one)), params: undefined },
      { store: store(), ttlMs: cacheTtlMs(ttl as number) },
      make,
    ) as Promise<never>;
  return runner;
}

/**
 * Runs a document's step type inside a step of a class: `http`, `sql`, `fileRead`, `decode`, … or one of your own. Files and
 * databases stay within the working directory; `stepRunner` takes another folder, and connections.
 *
 * @throws {FlowError} STEP_CONFIG_INVALID – the config is not what the type takes
 * @throws {FlowError} STEP_PARAMS_INVALID – the parameters are not
 * @example
 * class Rates extends Flow {
 *   @start() load() { return runStep(http, { url: "https://api.example.com/rates" }, this); }
 * }
 */
export const runStep: StepRunner = stepRunner();

/** What streams is handed to the step as it is; all else comes as a promise, failures too. */
function answered(make: () => unknown): Promise<unknown> {
  try {
    const made = make();
    return isGenerator(made) ? (collected(made) as unknown as Promise<unknown>) : Promise.resolve(made);
  } catch (error) {
    return Promise.reject(error);
  }
}

const isGenerator = (value: unknown): value is AsyncGenerator<unknown> =>
  typeof value === "object" &&
  value !== null &&
  /Generator$/.test(String((value as { [Symbol.toStringTag]?: string })[Symbol.toStringTag]));

/** A result of another model is another result. */
function modelsNamed(type: StepType, config: unknown, { models }: HandProject): readonly unknown[] {
  const named = findReferences(type.config, config).filter(({ section }) => section === "models");
  return named.map(({ id }) => models.get(id));
}

/** Schemas in a config are told by what they describe. */
function told(config: unknown): unknown {
  if (isSchema(config)) return z.toJSONSchema(config, { unrepresentable: "any" });
  if (Array.isArray(config)) return config.map(told);
  if (typeof config !== "object" || config === null || Object.getPrototypeOf(config) !== Object.prototype)
    return config;
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, told(value)]));
}

interface Given {
  readonly config: unknown;
  readonly params: unknown;
  readonly project: HandProject;
}

function checkedConfig(type: StepType, config: object, project: HandProject): unknown {
  const given = config as Readonly<Record<string, unknown>>;
  const partFields = (type.parts ?? []).filter((field) => Array.isArray(given[field]));
  // the schema is that of documents, where values stand in braces
  const inText = (one: unknown) =>
    (one as readonly unknown[]).map((part, i) => (i % 2 === 0 ? part : "{{ value }}")).join("");
  const written = { ...given, ...Object.fromEntries(partFields.map((field) => [field, inText(given[field])])) };
  const parsed = type.config.safeParse(written);
  const what = `A step of type ${type.type} can't be run with this config`;
  const hint = "Correct it where the step is run.";
  if (!parsed.success) throw configInvalid(what, { hint, error: parsed.error });
  const [wrong] = type.check?.(parsed.data as never, project.contextOf(type.type)) ?? [];
  if (wrong)
    throw configInvalid(what, { hint: wrong.hint ?? hint, problems: [{ path: wrong.path, message: wrong.message }] });
  return { ...(parsed.data as object), ...Object.fromEntries(partFields.map((field) => [field, given[field]])) };
}

function checkedParams(type: StepType, { config, params, project }: Given): unknown {
  const parsed = type.input?.(config as never, project.contextOf(type.type))?.safeParse(params);
  if (!parsed || parsed.success) return parsed ? parsed.data : params;
  throw paramsInvalid(type.type, parsed.error);
}
