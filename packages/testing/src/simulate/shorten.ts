import type { FlowLike } from "millrace";
import type { Explorer, Failure } from "./explorer.js";
import type { PathPlan } from "./path-plan.js";

/** So many paths are walked for it at most. */
const tries = 60;

/** The same kind of failure on a shorter path: with fewer crashes, and fewer choices that differ from the natural order. */
export async function shortened<F extends FlowLike>(
  failure: Failure,
  newExplorer: () => Explorer<F>,
): Promise<Failure> {
  let shortest = failure;
  let left = tries;
  const fails = async (plan: PathPlan): Promise<boolean> => {
    if (left-- <= 0) return false;
    const explorer = newExplorer();
    // a path that can't be walked that way is no shorter one
    await explorer.replay(plan).catch(() => undefined);
    if (!explorer.failure) return false;
    shortest = explorer.failure;
    return true;
  };
  for (const crash of failure.plan.crashes)
    await fails({ ...shortest.plan, crashes: shortest.plan.crashes.filter((other) => other !== crash) });
  for (let place = shortest.plan.choices.length - 1; place >= 0; place--) {
    if (!shortest.plan.choices[place]) continue;
    const choices = shortest.plan.choices.map((choice, i) => (i === place ? 0 : choice));
    await fails({ ...shortest.plan, choices });
  }
  return shortest;
}
