/**
 * From a flow class to its definition. Steps are found along the prototype chain, those of a base class first, in the order
 * in which they are written; a step keeps its place when it is overridden. The nearest class that decorates a method decides
 * its wiring; what runs is the instance's own method, so that overrides and other decorators act.
 */
import type { z } from "zod";
import { readStatics } from "./flow-statics.js";
import { givenDefinition, withOwnSteps } from "./given-definition.js";
import { readSources } from "./method-source.js";
import { normalizeCondition, normalizeElements } from "./normalize-condition.js";
import { type NormalOptions, noOptions, normalizeForEach, normalizeOptions } from "./normalize-options.js";
import { edgesOf, ownMethod, type RecordedEdge } from "./recording.js";
import { mergeOptions, type StackedEdge } from "./stacked-edges.js";
import type { AnyFn } from "./step-results.js";
import type { Condition, FlowDefinition, StepDefinition } from "./types.js";

/** A class whose instances are flows. */
export type AnyFlowClass = abstract new (...args: never[]) => object;

interface FoundStep {
  readonly edges: readonly RecordedEdge[];
  /** Overrides of the decorated method without a decorator, from the base class down. */
  readonly overrides: readonly AnyFn[];
}

const noOverrides: readonly AnyFn[] = [];

/**
 * The definition of a flow class.
 *
 * @throws {FlowError} DEFINITION_CONDITION_INVALID – what was given to a decorator is no condition
 * @throws {FlowError} DEFINITION_DURATION_INVALID – an option is no duration
 * @throws {FlowError} DEFINITION_STATIC_INVALID – a static has a value that it can't have
 * @throws {FlowError} PLAN_OPTION_INVALID – an unknown option, or one of the wrong kind
 */
export function defineFlow(flowClass: AnyFlowClass): FlowDefinition {
  const given = givenDefinition(flowClass);
  if (given?.of === flowClass) return given.definition;
  const statics = readStatics(flowClass);
  const signals = new Map<string, z.ZodType>();
  const steps = [...findSteps(flowClass.prototype)].map(([name, found]) =>
    defineStep(found, { flow: statics.name, step: name, signals }),
  );
  const own = { ...statics, steps, signals };
  return given ? withOwnSteps(given.definition, own) : own;
}

function findSteps(prototype: object): Map<string, FoundStep> {
  const steps = new Map<string, FoundStep>();
  for (const level of chainOf(prototype)) {
    const edgesAt = edgesOf(level);
    for (const name of Object.getOwnPropertyNames(level)) {
      const edges = edgesAt(name);
      const overridden = edges ? undefined : steps.get(name);
      const method = overridden && ownMethod(level, name);
      if (edges) steps.set(name, { edges, overrides: noOverrides });
      else if (overridden && method) steps.set(name, { ...overridden, overrides: [...overridden.overrides, method] });
    }
  }
  return steps;
}

/** From the base class down. */
function chainOf(prototype: object): object[] {
  const chain: object[] = [];
  for (let level = prototype; level && level !== Object.prototype; level = Object.getPrototypeOf(level))
    chain.unshift(level);
  return chain;
}

function defineStep(found: FoundStep, place: Parameters<typeof normalizeCondition>[1]): StepDefinition {
  const stacked = found.edges.map((edge): StackedEdge => {
    const normalize = edge.kind === "forEach" ? normalizeForEach : normalizeOptions;
    const options: NormalOptions = normalize(edge.options, place);
    // A bare @router adds labels to the decorators that it is stacked with and calls nothing by itself.
    if (edge.on === undefined && (edge.kind === "start" || edge.kind === "router"))
      return { starts: edge.kind === "start", options };
    if (edge.kind !== "forEach") return { starts: false, condition: normalizeCondition(edge.on, place), options };
    const { condition, batch } = normalizeElements(edge.on, place);
    const forEach = batch === undefined ? options.forEach! : { ...options.forEach!, batch };
    return { starts: false, condition, options: { ...options, forEach } };
  });
  const conditions: Condition[] = [];
  for (const { condition } of stacked) if (condition) conditions.push(condition);
  const options = mergeOptions(stacked, place);
  const name = place.step;
  const step: StepDefinition = {
    name,
    starts: stacked.some(({ starts }) => starts),
    conditions,
    router: found.edges.some(({ kind }) => kind === "router"),
    invoke: options.forEach
      ? (flow, element, { index }) => (flow as Readonly<Record<string, AnyFn>>)[name]!(element, index)
      : (flow, payload) => (flow as Readonly<Record<string, AnyFn>>)[name]!(payload),
  };
  if (step.router) return { ...step, ...options, ...readRouter(found, options) };
  return options === noOptions ? step : { ...step, ...options };
}

function readRouter({ edges, overrides }: FoundStep, { routes }: Pick<StepDefinition, "routes">) {
  // Everything that runs under the step's name, as written. The innermost decorator saw the author's own function,
  // whatever stands in its place now.
  const { literals, several } = readSources([edges.at(-1)!.method, ...overrides]);
  return { ...(!routes && { literals }), severalLabels: several };
}
