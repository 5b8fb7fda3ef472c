/** Whether a path came out as it should. What is wrong is an Error, with the author's own as its cause where there is one. */
import { isDeepStrictEqual } from "node:util";
import { type DeepReadonly, describeThrown, type FlowLike } from "millrace";
import type { FlowRun } from "../kit/flow-run.js";
import { showValue } from "./show-value.js";
import type { PathOutcome } from "./simulated-path.js";

export interface Wrong {
  readonly message: string;
  readonly cause?: unknown;
}

export interface Judge<F extends FlowLike> {
  readonly check: ((run: FlowRun<F>) => unknown) | undefined;
  readonly invariant: ((state: DeepReadonly<F["state"]>) => unknown) | undefined;
  readonly sameAfterCrash: boolean;
}

/** @param uninterrupted the same order without a crash, for a path with one */
export async function judge<F extends FlowLike>(
  { check, invariant, sameAfterCrash }: Judge<F>,
  { run, wrong, states }: PathOutcome,
  uninterrupted?: PathOutcome,
): Promise<Wrong | undefined> {
  if (wrong.length > 0) return { message: wrong.join("; ") };
  const typed = run as unknown as FlowRun<F>;
  try {
    for (const state of invariant ? await states() : []) await invariant!(state as DeepReadonly<F["state"]>);
    await check?.(typed);
  } catch (cause) {
    return { message: brief(cause), cause };
  }
  if (!check && run.status === "failed") return { message: `the run fails: ${run.error?.message}`, cause: run.error };
  return uninterrupted && sameAfterCrash ? difference(run, uninterrupted.run) : undefined;
}

function difference(after: FlowRun<FlowLike>, before: FlowRun<FlowLike>): Wrong | undefined {
  const pairs = [
    ["status", after.status, before.status],
    ["error", after.error?.code, before.error?.code],
    ["output", after.output, before.output],
    ["state", after.state, before.state],
  ] as const;
  for (const [what, now, then] of pairs) {
    if (isDeepStrictEqual(now, then)) continue;
    return { message: `after a crash the ${what} is ${showValue(now)}, without one ${showValue(then)}` };
  }
  return undefined;
}

/** The first line of what was thrown; of an assertion that tells its values on further lines, those too. */
function brief(cause: unknown): string {
  const [first = "it threw", ...more] = describeThrown(cause)
    .message.split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  if (!first.endsWith(":")) return first;
  if (more.length === 1) return `${first} ${more[0]}`;
  const { actual, expected } = cause as { readonly actual?: unknown; readonly expected?: unknown };
  return actual === undefined && expected === undefined
    ? first
    : `${first} ${showValue(actual)} instead of ${showValue(expected)}`;
}
