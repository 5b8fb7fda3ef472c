/** The options of several decorators on one step become one: each may stand once, but `when` belongs to its own decorator. */
import { FlowError } from "../errors/index.js";
import type { NormalOptions } from "./normalize-options.js";
import type { Condition, StepDefinition } from "./types.js";

/** One decorator of a step. */
export interface StackedEdge {
  /** A bare `@start()`. */
  readonly starts: boolean;
  readonly condition?: Condition;
  readonly options: NormalOptions;
}

type When = NonNullable<StepDefinition["when"]>;

/** @throws {FlowError} PLAN_OPTION_INVALID – an option other than `when` stands on two decorators */
export function mergeOptions(
  edges: readonly StackedEdge[],
  { flow, step }: { flow: string; step: string },
): Pick<StepDefinition, "retry" | "retryIf" | "timeoutMs" | "when" | "routes" | "forEach"> {
  // Alone, they are handed on as they are, so that the runtime sees what `when` answers.
  if (edges.length === 1) return edges[0]!.options;
  const once = <K extends "retry" | "timeoutMs" | "routes">(key: K, option: string) => {
    const given = edges.filter(({ options }) => options[key] !== undefined);
    if (given.length < 2) return given[0]?.options;
    throw new FlowError(
      "PLAN_OPTION_INVALID",
      `Option \`${option}\` stands on several decorators of step "${step}" in ${flow}.`,
      { hint: "It holds for the step, whatever calls it: give it once.", details: { flow, step, option } },
    );
  };
  const retrying = once("retry", "retry");
  const timed = once("timeoutMs", "timeout");
  const routed = once("routes", "routes");
  const when = mergeWhen(edges);
  // Who stands beside a `@forEach` and calls the step too is a problem of the plan.
  const forEach = edges.find(({ options }) => options.forEach)?.options.forEach;
  return {
    ...(retrying && { retry: retrying.retry }),
    ...(retrying?.retryIf && { retryIf: retrying.retryIf }),
    ...(timed && { timeoutMs: timed.timeoutMs }),
    ...(when && { when }),
    ...(routed && { routes: routed.routes }),
    ...(forEach && { forEach }),
  };
}

/** Asks those decorators that the trigger may have come through; one without a `when` always lets it pass. */
function mergeWhen(edges: readonly StackedEdge[]): When | undefined {
  if (edges.every(({ options }) => !options.when)) return undefined;
  const callers = edges.filter(({ starts, condition }) => starts || condition);
  // A `when` of a bare @router holds for whatever calls the step.
  const always = edges.flatMap((edge) => (!callers.includes(edge) && edge.options.when ? [edge.options.when] : []));
  return (state, payload, sources) => {
    const { trigger } = sources;
    if (!always.every((when) => when(state, payload, sources))) return false;
    const asked = callers.length > 1 ? callers.filter((edge) => mayComeFrom(edge, trigger)) : callers;
    return asked.length === 0 || asked.some(({ options: { when } }) => !when || when(state, payload, sources));
  };
}

function mayComeFrom({ starts, condition }: StackedEdge, trigger: string): boolean {
  if (starts && trigger === "start") return true;
  if (!condition) return false;
  const keys = keysOf(condition);
  return keys.includes(trigger) || trigger.split("+").every((key) => keys.includes(key));
}

/** The names under which a condition's leaves appear in a trigger. */
function keysOf(condition: Condition): string[] {
  if (condition.kind === "keep") return keysOf(condition.of);
  if ("of" in condition) return condition.of.flatMap(keysOf);
  return ["step" in condition ? condition.step : condition.name];
}
