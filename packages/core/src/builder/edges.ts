/**
 * From what a step refers to and follows to its condition: the name alone of its one source, `and(…)` of several, in the order
 * in which they are written. A source that it can do without is waited for as `settled`, which occurs however the step came out.
 */
import type { Condition, ConditionLeaf } from "../definition/index.js";
import type { BoundRef, FlowNames } from "./flow-names.js";

/** One thing that a step waits for. */
export interface Source {
  readonly of: "step" | "label" | "signal";
  readonly name: string;
  /** However the step came out. */
  readonly settled: boolean;
}

/** Each source once; one that is needed by anything is needed. */
export function sourcesOf(refs: readonly BoundRef[], links: readonly string[]): readonly Source[] {
  const sources = new Map<string, Source>();
  const note = (source: Source) => {
    const known = sources.get(source.name);
    if (!known || (known.settled && !source.settled)) sources.set(source.name, source);
  };
  for (const { of, name, fallback, settled } of refs)
    if (of === "step" || of === "label" || of === "signal")
      note({ of, name, settled: of === "step" && (fallback !== undefined || settled === true) });
  for (const step of links) note({ of: "step", name: step, settled: false });
  return [...sources.values()];
}

/** Undefined: it waits for nothing. `sure` is waited for too where nothing else surely comes. */
export function conditionOf(
  sources: readonly Source[],
  names: FlowNames,
  sure: Condition | undefined,
): Condition | undefined {
  const leaves: Condition[] = sources.map((source) => leafOf(source, names));
  if (sure) leaves.push(sure);
  return leaves.length > 1 ? { kind: "and", of: leaves } : leaves[0];
}

export function leafOf({ of, name, settled }: Source, names: FlowNames): ConditionLeaf {
  if (of === "signal") return { kind: "signal", name };
  if (of === "label") return { kind: "name", name };
  const isMany = names.steps.get(name)?.forEach !== undefined;
  if (isMany) return { kind: settled ? "outcomes" : "collect", step: name };
  return settled ? { kind: "settled", step: name } : { kind: "name", name };
}

/** Names that a condition waits for, by which its payload is read. */
export function keysOf(condition: Condition): readonly string[] {
  if (condition.kind === "keep") return keysOf(condition.of);
  if ("of" in condition) return condition.of.flatMap(keysOf);
  return ["step" in condition ? condition.step : condition.name];
}
