/**
 * Open calls under other names of steps and labels: the names stand in what called them, and are the keys of what a join
 * handed over. A call keeps the name that it was made under: its idempotency key must not change.
 */
import type { FlowPlan } from "../../plan/index.js";
import type { SchedulerSnapshot, StoredCall } from "../snapshot.js";
import { renameCounts } from "./former-counts.js";

/** `plan`: as it was before. */
export function renameCalls(
  plan: FlowPlan,
  names: ReadonlyMap<string, string>,
  snapshot: SchedulerSnapshot,
): SchedulerSnapshot {
  const { passes } = snapshot;
  return {
    ...snapshot,
    ...renameCounts(plan, names, snapshot),
    open: snapshot.open.map((call) => renameCall(plan, names, call)),
    ...(passes && { passes: { ...passes, open: passes.open.map((pass) => renamePass(names, pass)) } }),
  };
}

/** What brought the list to a step that is called per element: later calls are told. */
function renamePass<P extends { readonly trigger: string }>(names: ReadonlyMap<string, string>, pass: P): P {
  return { ...pass, trigger: names.get(pass.trigger) ?? pass.trigger };
}

function renameCall(plan: FlowPlan, names: ReadonlyMap<string, string>, call: StoredCall): StoredCall {
  const { name, starts, entries } = plan.steps[call.step]!;
  const calledAs = call.calledAs ?? (names.has(name) ? name : undefined);
  const kept = { ...call, ...(calledAs !== undefined && { calledAs }) };
  const alone = entries.flatMap(({ alternatives }) =>
    alternatives.flatMap(({ node }) => (node.kind === "leaf" && node.trigger.kind !== "signal" ? [node.key] : [])),
  );
  if (alone.includes(call.trigger)) return { ...kept, trigger: names.get(call.trigger) ?? call.trigger };
  const { payload } = call;
  if ((starts && call.trigger === "start") || !isRecord(payload)) return kept;
  // what a group of triggers handed over has their names for keys
  const given = Object.entries(payload);
  if (given.map(([key]) => key).join("+") !== call.trigger) return kept;
  const renamed = given.map(([key, value]) => [names.get(key) ?? key, value] as const);
  return { ...kept, trigger: renamed.map(([key]) => key).join("+"), payload: Object.fromEntries(renamed) };
}

function isRecord(payload: unknown): payload is Record<string, unknown> {
  return typeof payload === "object" && payload !== null && !Array.isArray(payload);
}
