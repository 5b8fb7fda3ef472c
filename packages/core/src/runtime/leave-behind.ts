/**
 * What a call leaves should it never complete: values to be added to lists of the state, for a run that goes on from its own. They
 * are asked for at the moment at which the run fails, is cancelled or comes to wait; a call that completes is not asked at all.
 */
import { FlowError } from "../errors/index.js";
import type { CallLeft } from "../ports/index.js";
import { finishValue, type StatePatch } from "../state/index.js";
import type { CallContext } from "./call-context.js";
import { callHere, withCall } from "./current-call.js";

/** By field of the state: what is to be added to the list there. */
export type LeftValues = Readonly<Record<string, readonly unknown[]>>;

type Make = () => LeftValues;

const makers = new WeakMap<CallContext, Set<Make>>();

/**
 * For libraries that steps call: what stays of the running call should it never complete, because its run fails or is cancelled. A
 * run that goes on from that one (`continue`, `continues`) finds it at the end of lists of the state, by their fields. The run itself
 * does not: resumed, it makes the call anew.
 *
 * @param make Asked at that moment, in the step: it answers at once. What it throws is logged, and nothing is left.
 * @returns Takes it back.
 * @throws {FlowError} STATE_OUTSIDE_STEP – no step is running here
 * @example
 * const said: string[] = [];
 * const takeBack = leaveBehind(() => ({ notes: said }));
 */
export function leaveBehind(make: Make): () => void {
  const context = callHere("leaveBehind()");
  let made = makers.get(context);
  if (!made) {
    made = new Set();
    makers.set(context, made);
  }
  made.add(make);
  return () => void made.delete(make);
}

/** Undefined: nothing. */
export function leftBy(context: CallContext): CallLeft | undefined {
  const made = makers.get(context);
  if (!made || context.over) return undefined;
  try {
    const left = finishValue(
      withCall(context, () => merged(made)),
      "what a step leaves behind",
    ) as LeftValues;
    if (Object.keys(left).length === 0) return undefined;
    check(context, left);
    return [context.record.id, left];
  } catch (error) {
    context.logger.error("what the step leaves behind can't be kept", { error });
    return undefined;
  }
}

function merged(made: ReadonlySet<Make>): LeftValues {
  const all = new Map<string, unknown[]>();
  for (const make of made)
    for (const [field, values] of Object.entries(make()))
      if (values.length > 0) all.set(field, [...(all.get(field) ?? []), ...values]);
  return Object.fromEntries(all);
}

/** A session that could not go on for it would be worse than to know nothing of it. */
function check({ run, callState: { base } }: CallContext, left: LeftValues): void {
  const patches = Object.entries(left).map(([field, values]): StatePatch => ({ op: "append", path: [field], values }));
  const state = withLeft(base as object, [[0, left]]);
  const unknown = Object.keys(left).find((field) => !isList(base, field));
  const problems = run.flow.rules.schema?.check(state, patches);
  if (unknown === undefined && problems === undefined) return;
  const what = unknown === undefined ? "does not fit its schema" : `has no list "${unknown}"`;
  throw new FlowError("STATE_INVALID", `The state ${what}.`, { details: { problems: problems ?? [] } });
}

const isList = (state: unknown, field: string): boolean =>
  typeof state === "object" &&
  state !== null &&
  Object.hasOwn(state, field) &&
  Array.isArray((state as LeftValues)[field]);

/** A state with what calls have left; the very same where they have left nothing. */
export function withLeft(state: object, left: readonly CallLeft[]): object {
  if (left.length === 0) return state;
  const fields: Record<string, unknown> = { ...state };
  for (const [, added] of left)
    for (const [field, values] of Object.entries(added))
      if (isList(fields, field)) fields[field] = [...(fields[field] as unknown[]), ...values];
  return fields;
}
