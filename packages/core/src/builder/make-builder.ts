/** The builder behind its types: a spec that each method adds to, in a new builder. */
import type { z } from "zod";
import { type DefinitionData, giveDefinition, type MergeRule, type Signal } from "../definition/index.js";
import { FlowError } from "../errors/index.js";
import type { FlowGraph, FlowPlan } from "../plan/index.js";
import { type FlowOptions, flowOptionNames, type PicturePlot, type TextPlot } from "../runtime/index.js";
import { BuiltFlow } from "./built-flow.js";
import { functionGiven, notA, objectGiven, optionsGiven, schemaGiven, textGiven } from "./check-given.js";
import type { FlowBuilder } from "./flow-builder.js";
import { lowerSpec } from "./lower-flow.js";
import type { FlowSpec, FlowValues } from "./spec.js";
import { boundBy, goingOn, readStepArguments } from "./step-arguments.js";

type BuiltClass = (new (
  options?: FlowOptions,
) => BuiltFlow) & {
  plan(): FlowPlan;
  plot(options?: TextPlot | PicturePlot): string | FlowGraph;
  toDefinition(): DefinitionData;
};

class Builder {
  readonly #spec: FlowSpec;
  #class: BuiltClass | undefined;

  constructor(spec: FlowSpec) {
    this.#spec = spec;
  }

  get flowName(): string {
    return this.#spec.name;
  }

  input(input: z.ZodType): Builder {
    return this.#with({ input: schemaGiven(input, "What `input` takes") });
  }

  state(state: z.ZodType<object>): Builder {
    return this.#with({ state: schemaGiven(state, "What `state` takes") });
  }

  version(version: string): Builder {
    return this.#with({ version: textGiven(version, "What `version` takes") });
  }

  merge(merge: Readonly<Record<string, MergeRule>>): Builder {
    return this.#with({ merge: objectGiven(merge, "What `merge` takes") ?? {} });
  }

  signal(signal: Signal<string, unknown, unknown>): Builder {
    const isSignal = typeof signal === "object" && signal !== null && typeof signal.name === "string";
    if (!isSignal) throw notA('a signal: signal("paid", schema)', { value: signal, where: "What `signal` takes" });
    return this.#with({ signals: [...(this.#spec.signals ?? []), signal] });
  }

  step(...given: readonly unknown[]): Builder {
    const { steps } = this.#spec;
    return this.#with({ steps: [...steps, goingOn(readStepArguments(given, false), steps)] });
  }

  router(...given: readonly unknown[]): Builder {
    return this.#with({ steps: [...this.#spec.steps, readStepArguments(given, true)] });
  }

  link(from: string, to: string, options?: { readonly when?: (values: FlowValues) => boolean }): Builder {
    const where = `\`link(${JSON.stringify(from)}, ${JSON.stringify(to)})\``;
    for (const name of [from, to]) textGiven(name, `An end of ${where}`);
    const given = objectGiven(options, `The option of ${where}`) ?? {};
    optionsGiven(given, ["when"], where);
    const when = functionGiven(given.when, `\`when\` of ${where}`);
    return this.#with({ links: [...(this.#spec.links ?? []), { from, to, ...(when && { when }) }] });
  }

  output(first: unknown, second?: (refs: object) => unknown): Builder {
    const make = typeof first === "function" ? (first as (refs: object) => unknown) : second;
    const schema = typeof first === "function" ? undefined : schemaGiven(first as z.ZodType, "What `output` takes");
    functionGiven(make, "What `output` takes beside its schema");
    return this.#with({
      ...(schema && { output: schema }),
      ...(make && { result: boundBy(make, "output") }),
    });
  }

  compile(options?: FlowOptions): BuiltFlow {
    const given = objectGiven(options, "What `compile` takes");
    if (given) optionsGiven(given, flowOptionNames, "`compile`");
    return new (this.toClass())(options);
  }

  toClass(): BuiltClass {
    this.#class ??= classOf(this.#spec);
    return this.#class;
  }

  plan(): FlowPlan {
    return this.toClass().plan();
  }

  plot(options?: TextPlot | PicturePlot): string | FlowGraph {
    return this.toClass().plot(options);
  }

  toDefinition(): DefinitionData {
    return this.toClass().toDefinition();
  }

  toSpec(): FlowSpec {
    return this.#spec;
  }

  #with(more: Partial<FlowSpec>): Builder {
    return new Builder({ ...this.#spec, ...more });
  }
}

/** Compiled at once, so that what is wrong is said where the flow is built. */
function classOf(spec: FlowSpec): BuiltClass {
  const definition = lowerSpec(spec, { sureRefs: true });
  const { name, version, state, inputs, output, merge } = definition;
  const made = class extends BuiltFlow {};
  const value = { flowName: name, version, state, inputs, output, merge };
  Object.defineProperty(made, "name", { value: name });
  for (const [key, of] of Object.entries(value))
    Object.defineProperty(made, key, { value: of, writable: true, enumerable: true, configurable: true });
  giveDefinition(made, definition);
  const flowClass = made as unknown as BuiltClass;
  flowClass.plan();
  return flowClass;
}

/**
 * A flow, built step by step: functions, what they are given, and in which order. What it makes is a flow as a class makes one.
 *
 * @throws {FlowError} DEFINITION_STATIC_INVALID – it has no name
 * @example
 * const ingest = flow("ingest")
 *   .input(z.object({ path: z.string() }))
 *   .step("parse", (given: { path: string }) => ({ title: given.path, text: "…" }))
 *   .step("load", (given: { text: string; note: string }) => ({ status: "ok", ...given }), ({ parse }) => ({
 *     text: parse.text,
 *     note: template`read ${parse.title}`,
 *   }))
 *   .output(({ load }) => ({ status: load.status }))
 *   .compile();
 * const result = await ingest.complete({ path: "a.txt" });
 */
export function flow(name: string): FlowBuilder<undefined, undefined, object, never, unknown, never, never> {
  if (typeof name !== "string" || name === "")
    throw new FlowError("DEFINITION_STATIC_INVALID", "A flow is built without a name.", {
      hint: 'Give it the name under which its runs are stored: flow("ingest").',
    });
  return new Builder({ name, steps: [] }) as unknown as FlowBuilder<
    undefined,
    undefined,
    object,
    never,
    unknown,
    never,
    never
  >;
}
