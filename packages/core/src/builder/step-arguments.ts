/** `(name?, run, params?, options?)` as `step` and `router` take them, read into the spec of a step. */
import { elements } from "../definition/index.js";
import { FlowError } from "../errors/index.js";
import { eachRef, readTree } from "./bound-tree.js";
import { asked, functionGiven, notA, optionsGiven, schemaGiven } from "./check-given.js";
import { RefsRead, refSet } from "./ref.js";
import type { StepSpec } from "./spec.js";

/** What makes a class of itself: a builder that is given as a step. */
interface Buildable {
  toClass(): StepSpec["run"];
}

type Options = Omit<StepSpec, "name" | "run" | "with" | "forEach" | "after" | "starts"> & {
  readonly forEach?: unknown;
  readonly start?: unknown;
};

const optionKeys = ["params", "when", "retry", "timeout", "origin", "on", "start", "forEach", "routes", "repeat"];

export function readStepArguments(given: readonly unknown[], isRouter: boolean): StepSpec {
  const named = typeof given[0] === "string";
  const [run, second, third] = (named ? given.slice(1) : given) as [unknown, unknown, unknown];
  const makes = typeof second === "function";
  const options = readOptions(makes ? third : second);
  const name = named ? (given[0] as string) : nameOf(run);
  const { forEach, on, start, ...plain } = options;
  return {
    name,
    run: isBuildable(run) ? run.toClass() : (run as StepSpec["run"]),
    ...(makes && { with: boundBy(second as (refs: object) => unknown, name) }),
    ...plain,
    ...(isRouter && { router: true }),
    ...(on !== undefined && { on }),
    ...(start !== undefined && startOf(start, { name, on })),
    ...(forEach !== undefined && eachOf(forEach)),
  };
}

/**
 * What a function of references answers.
 * @throws {FlowError} DEFINITION_REFERENCE_MISUSED, PLAN_REFERENCE_INVALID
 */
export function boundBy(make: (refs: object) => unknown, what: string): unknown {
  const reads = new RefsRead(what);
  const bound = asked(() => make(refSet(reads)), what);
  if (bound instanceof Promise) {
    // it may go wrong as well, of which nobody else would hear
    bound.catch(() => undefined);
    throw new FlowError(
      "DEFINITION_REFERENCE_MISUSED",
      `What "${what}" is given is made by an asynchronous function.`,
      {
        hint: "It is asked once, when the flow is built: answer the references at once, and do what takes time in a step.",
      },
    );
  }
  asked(() => eachRef(readTree(bound), (ref) => reads.own(ref)), what);
  reads.check();
  return copied(bound);
}

/** Lists and plain objects anew, so that whoever changes theirs later changes no flow. */
function copied(bound: unknown): unknown {
  if (Array.isArray(bound)) return bound.map(copied);
  if (typeof bound !== "object" || bound === null) return bound;
  const prototype: unknown = Object.getPrototypeOf(bound);
  if (prototype !== Object.prototype && prototype !== null) return bound;
  return Object.fromEntries(Object.entries(bound).map(([key, value]) => [key, copied(value)]));
}

/** Beside `on` alone: a step without it starts, or follows what it refers to. */
function startOf(
  start: unknown,
  { name, on }: { readonly name: string; readonly on: unknown },
): Pick<StepSpec, "starts"> {
  if (start === true && on !== undefined) return { starts: true };
  if (start === false) return {};
  throw new FlowError(
    "PLAN_OPTION_INVALID",
    start === true
      ? `Step "${name}" has \`start: true\` without \`on\`.`
      : `Option \`start\` of step "${name}" is neither true nor false.`,
    {
      hint: "`start: true` stands beside `on`: the step is called at kickoff, too. One that has neither `on`, links nor references starts by itself.",
    },
  );
}

function eachOf(forEach: unknown): Pick<StepSpec, "on" | "forEach"> {
  if (typeof forEach !== "object" || forEach === null) return { on: forEach as string, forEach: {} };
  const { over, ...policy } = forEach as { readonly over: string };
  return { on: over, forEach: policy };
}

/** What all results of a step that is called per element are gone through by goes on with each as soon as it is there. */
export function goingOn(spec: StepSpec, before: readonly StepSpec[]): StepSpec {
  const { forEach, on } = spec;
  if (!forEach || typeof on !== "string") return spec;
  const isMany = before.some((step) => step.name === on && step.forEach);
  return isMany ? { ...spec, on: elements(on) } : spec;
}

function nameOf(run: unknown): string {
  if (typeof run === "function") return run.name;
  if (typeof run !== "object" || run === null) return "";
  return isBuildable(run) ? (run as Buildable & { readonly flowName: string }).flowName : run.constructor.name;
}

function isBuildable(run: unknown): run is Buildable {
  return typeof run === "object" && run !== null && typeof (run as Partial<Buildable>).toClass === "function";
}

function readOptions(given: unknown): Options {
  if (given === undefined) return {};
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw new FlowError("PLAN_OPTION_INVALID", "What stands last in a step is not an object of options.", {
      hint: "A step takes a name, what runs, a function that answers its parameters, and options: { retry, timeout, when, … }.",
    });
  optionsGiven(given, optionKeys, "A step");
  const { params, when, routes, on, forEach } = given as Readonly<Record<string, unknown>>;
  if (params !== undefined) schemaGiven(params, "`params` of a step");
  functionGiven(when, "`when` of a step");
  if (routes !== undefined && !Array.isArray(routes))
    throw notA("a list of labels", { value: routes, where: "`routes`" });
  for (const [key, value] of Object.entries({ on, forEach }))
    if (value === null) throw notA("the name of a step or a condition", { value, where: `\`${key}\` of a step` });
  return given;
}
