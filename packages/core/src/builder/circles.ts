/** Steps that wait for each other in a circle, by references and links: none of them would ever be called. */
import type { FlowNames } from "./flow-names.js";
import type { StepDraft } from "./step-draft.js";

/** Reports each circle once, with its steps in order. */
export function checkCircles(drafts: readonly StepDraft[], names: FlowNames): void {
  const byName = new Map(drafts.map((draft) => [draft.spec.name, draft]));
  const done = new Set<string>();
  for (const { spec } of drafts) {
    const found = circleFrom(spec.name, byName, done);
    // of a step that waits for itself alone the plan's own checks tell
    if (!found || found.length === 1) continue;
    // told from the step that was met first
    const circle = [found.at(-1)!, ...found.slice(0, -1)];
    const way = shortened([...circle, circle[0]!].map((name) => JSON.stringify(name))).join(" → ");
    names.report(byName.get(circle[0]!)!.spec, {
      code: "PLAN_UNREACHABLE_STEP",
      message: `Steps wait for each other in a circle, so that none of them is ever called: ${way}.`,
      hint: "Take one of these references or links away. What is to be done again is a step with `repeat`, or a router whose label leads back: `on: or(…)`.",
    });
  }
}

const tellAtMost = 20;

/** A way that nobody would read through, by its begin and its end. */
function shortened(way: readonly string[]): readonly string[] {
  if (way.length <= tellAtMost) return way;
  return [...way.slice(0, 10), `… (${way.length - 13} more) …`, ...way.slice(-3)];
}

/** Walks back over what steps wait for, without recursion: chains may be long. Answers the circle in the order of calls. */
function circleFrom(
  start: string,
  byName: ReadonlyMap<string, StepDraft>,
  done: Set<string>,
): readonly string[] | undefined {
  const way: string[] = [];
  const onWay = new Set<string>();
  const left: string[][] = [[start]];
  for (let waits = left.at(-1); waits; waits = left.at(-1)) {
    const next = waits.pop();
    if (next === undefined) {
      left.pop();
      const over = way.pop();
      if (over === undefined) continue;
      onWay.delete(over);
      done.add(over);
      continue;
    }
    if (onWay.has(next)) {
      for (const name of way) done.add(name);
      return way.slice(way.indexOf(next)).reverse();
    }
    if (done.has(next)) continue;
    way.push(next);
    onWay.add(next);
    const draft = byName.get(next);
    const sources = draft && !draft.starts && !draft.on ? draft.sources : [];
    left.push(
      sources
        .filter(({ of }) => of === "step")
        .map(({ name }) => name)
        .reverse(),
    );
  }
  return undefined;
}
