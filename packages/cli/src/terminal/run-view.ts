/**
 * A run as it is seen on a terminal: events go in, lines come out. Lines of steps that are done for good settle: they are given
 * out once, to stay; the others are drawn again and again. Pure: it asks neither clock nor stream.
 */
import type { FlowEvent } from "millrace";
import { durationText } from "./durations.js";
import { FlowView, type PlanOf, type StepNode } from "./flow-view.js";
import type { Glyphs } from "./glyphs.js";
import type { Line, Segment } from "./lines.js";
import { plainText } from "./lines.js";
import { type DrawOptions, stepLines } from "./step-line.js";
import { usageText } from "./usage-text.js";

export interface Frame {
  /** To be written once, above all that is still drawn over. */
  readonly settled: readonly Line[];
  readonly live: readonly Line[];
}

const ends: ReadonlySet<FlowEvent["type"]> = new Set([
  "run.completed",
  "run.waiting",
  "run.failed",
  "run.cancelled",
  "run.stopped",
  "run.abandoned",
]);

export class RunView {
  #root: FlowView | undefined;
  readonly #planOf: PlanOf;
  /** Lines that nothing changes any more and nobody has taken. */
  #settled: Line[] = [];
  #startedAt = 0;
  #end: FlowEvent | undefined;

  constructor(planOf: PlanOf = () => undefined) {
    this.#planOf = planOf;
  }

  /** Whether a run is driven. */
  get running(): boolean {
    return (this.#root?.active ?? 0) > 0;
  }

  reduce(event: FlowEvent): void {
    const view = this.#placeOf(event);
    view.reduce(event);
    if (event.path && event.path.length > 0) return;
    if (event.type === "run.started" || event.type === "run.resumed") {
      this.#startedAt = event.at;
      this.#end = undefined;
      const from = event.type === "run.resumed" ? [dim(`  goes on, was ${event.from}`)] : [];
      this.#settled.push([["strong", plainText(event.flow)], dim(`  ${plainText(event.runId)}`), ...from]);
    } else if (ends.has(event.type)) this.#end = event;
  }

  /** What is to be drawn; `rows` is how many live lines there is room for. */
  frame(options: DrawOptions & { readonly rows: number }): Frame {
    const root = this.#root;
    if (!root) return { settled: this.#takeSettled(), live: [] };
    const over = this.#end !== undefined;
    for (const [name, node] of root.steps) {
      if (!over && !(isDone(node) && !root.looped(name))) break;
      this.#settle(root, { name, node }, options);
    }
    if (over) this.#settled.push(...endLines(this.#end!, this.#startedAt, options));
    this.#end = undefined;
    const blocks = [...root.steps].filter(([, node]) => seen(node));
    let live = this.#liveLines(root, options);
    // no room: what is done for now makes way, though it may be called again
    for (const [name, node] of blocks) {
      if (live.length <= options.rows) break;
      if (!isDone(node)) continue;
      this.#settle(root, { name, node }, options);
      live = this.#liveLines(root, options);
    }
    if (live.length > options.rows) {
      const shown = Math.max(0, options.rows - 1);
      live = [...live.slice(0, shown), [dim(`${options.glyphs.more} ${live.length - shown} more lines`)]];
    }
    return { settled: this.#takeSettled(), live };
  }

  #placeOf({ path = [], flow }: FlowEvent): FlowView {
    this.#root ??= new FlowView(path[0]?.flow ?? flow, this.#planOf);
    let view = this.#root;
    for (const [i, { step }] of path.entries()) view = view.child(step, path[i + 1]?.flow ?? flow);
    return view;
  }

  #settle(root: FlowView, { name, node }: { name: string; node: StepNode }, options: DrawOptions): void {
    root.steps.delete(name);
    if (seen(node)) this.#settled.push(...nodeLines(node, options));
  }

  #liveLines(root: FlowView, options: DrawOptions): Line[] {
    return [...root.steps.values()]
      .filter(seen)
      .flatMap((node) => nodeLines(node, options))
      .concat(joinLines(root, options));
  }

  #takeSettled(): readonly Line[] {
    const settled = this.#settled;
    this.#settled = [];
    return settled;
  }
}

/** A step that is only known from a join, or from a list that is empty so far, has nothing to show. */
function seen({ view }: StepNode): boolean {
  return view.calls > 0 || view.asks.size > 0 || (view.elements ?? 0) > 0 || view.lastLabel !== undefined;
}

function isDone({ view, children }: StepNode): boolean {
  if (!view.atRest || (view.elements !== undefined && view.ended < view.elements)) return false;
  return [...children.values()].every(({ active }) => active === 0);
}

function nodeLines({ view, children }: StepNode, options: DrawOptions): readonly Line[] {
  const [head, ...below] = stepLines(view, options);
  const nested = [...children.values()].flatMap((flow) => {
    const steps = [...flow.steps.values()].filter(seen).flatMap((node) => nodeLines(node, options));
    const runs = flow.runs > 1 ? ` ${options.glyphs.times}${flow.runs}` : "";
    const title: Line = [dim(`${plainText(flow.flow)}${runs}`)];
    return [title, ...steps, ...joinLines(flow, options)].map(indented);
  });
  return [head!, ...nested, ...below];
}

function joinLines(flow: FlowView, { glyphs }: DrawOptions): readonly Line[] {
  return flow.joins().map(({ step, have, need, missing }) => {
    const names = missing.slice(0, 3).map(plainText).join(", ");
    const rest = missing.length > 3 ? `, ${missing.length - 3} more` : "";
    return [dim(`${glyphs.join} ${plainText(step)}  join ${have} of ${need}, waits for ${names}${rest}`)];
  });
}

/** How it ended. What it failed with or waits for is the command's to tell, whatever the run was shown by. */
function endLines(event: FlowEvent, startedAt: number, { glyphs }: DrawOptions): readonly Line[] {
  const used = "usage" in event && event.usage ? ` ${glyphs.dot} ${usageText(event.usage, 8)}` : "";
  const [sign, text] = endings(event, glyphs);
  const why = event.type === "run.cancelled" && event.reason !== undefined ? `: ${plainText(event.reason)}` : "";
  return [[sign, text, dim(` after ${durationText(Math.max(0, event.at - startedAt))}${used}${why}`)]];
}

function endings({ type }: FlowEvent, { done, failed, timer }: Glyphs): readonly [Segment, Segment] {
  switch (type) {
    case "run.completed":
      return [
        ["good", done],
        ["plain", " completed"],
      ];
    case "run.waiting":
      return [
        ["warn", timer],
        ["plain", " waiting"],
      ];
    case "run.cancelled":
      return [
        ["warn", failed],
        ["plain", " cancelled"],
      ];
    case "run.stopped":
      return [
        ["warn", timer],
        ["plain", " stopped"],
      ];
    case "run.abandoned":
      return [
        ["bad", failed],
        ["plain", " cut off"],
      ];
    default:
      return [
        ["bad", failed],
        ["plain", " failed"],
      ];
  }
}

function indented(line: Line): Line {
  return [["plain", "  "], ...line];
}

function dim(text: string): Segment {
  return ["dim", text];
}
