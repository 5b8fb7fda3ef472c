/**
 * Whether a run can go on with another plan where it stands. It can when every step that may still be called is called by the
 * same, returns the same labels and stands in the same loops; what is done and can't be reached any more does not count.
 */
import type { PlanDifference } from "../../errors/index.js";
import {
  conditionWords,
  type FlowPlan,
  labelNames,
  loopWords,
  type PlanStep,
  type PlanTrigger,
  triggerText,
} from "../../plan/index.js";
import { leavesOf } from "../loop-facts.js";
import { indexPlan } from "../plan-index.js";
import type { SchedulerSnapshot } from "../snapshot.js";
import { LostLoops } from "./lost-loops.js";
import { matchPlans, type PlanMatch } from "./match.js";
import { reachableSteps } from "./reach.js";
import { translateSnapshot } from "./translate.js";

export interface CarriedOver {
  /** Empty: the run can go on. */
  readonly differences: readonly PlanDifference[];
  /** In the numbers of the second plan. */
  readonly snapshot: SchedulerSnapshot;
  /** By step of the first plan: its number in the second, or -1. */
  readonly steps: readonly number[];
}

export interface Position {
  readonly snapshot: SchedulerSnapshot;
  /** Names of signals that are stored, and not yet taken in. */
  readonly unread: readonly string[];
}

/** Where a run stands, carried over from one plan to another, and what keeps it from going on there. */
export function carryOver(before: FlowPlan, after: FlowPlan, { snapshot, unread }: Position): CarriedOver {
  const match = matchPlans(indexPlan(before), indexPlan(after));
  const lostLoops = new LostLoops(match.before, match.loops, snapshot);
  const translated = translateSnapshot(match, lostLoops, snapshot);
  const reached = new Set([
    ...reachableSteps(match.before, snapshot, unread),
    ...reachableSteps(match.after, translated, unread),
  ]);
  const occurred = new Occurred(match, snapshot);
  const names = new Set([...before.steps, ...after.steps].map(({ name }) => name));
  const differences = [...names]
    .filter((name) => reached.has(name))
    .flatMap((name) => {
      const [mine, theirs] = [before, after].map(({ steps }) => steps.find((step) => step.name === name));
      if (mine && theirs) return changes([before, mine], [after, theirs]);
      if (mine) return [{ step: name, what: "removed" as const, before: conditionWords(before, mine).text }];
      return theirs ? additions(after, theirs, occurred) : [];
    });
  const told = new Set(differences.flatMap(({ step, what }) => (what === "loop" ? [step] : [])));
  const lost = lostLoops.differences(reached).filter(({ step }) => !told.has(step));
  return { differences: [...differences, ...lost], snapshot: translated, steps: match.steps };
}

function changes([before, mine]: [FlowPlan, PlanStep], [after, theirs]: [FlowPlan, PlanStep]): PlanDifference[] {
  const found: PlanDifference[] = [];
  const condition = [conditionWords(before, mine), conditionWords(after, theirs)] as const;
  const loop = [loopWords(before, mine), loopWords(after, theirs)] as const;
  const labels = [labelNames(before, mine), labelNames(after, theirs)] as const;
  const { name: step } = mine;
  // several labels of one return may keep a round that one alone does not
  const several = mine.loops.length > 0 && mine.severalLabels !== theirs.severalLabels;
  const lost = labels[0].some((label) => !labels[1].includes(label));
  if (lost || mine.router !== theirs.router || several)
    found.push({ step, what: "labels", before: labelText(labels[0], mine), after: labelText(labels[1], theirs) });
  if (loop[0].key !== loop[1].key) found.push({ step, what: "loop", before: loop[0].text, after: loop[1].text });
  // by which rounds its operands meet follows from the loops around it
  else if (condition[0].key !== condition[1].key)
    found.push({ step, what: "condition", before: condition[0].text, after: condition[1].text });
  return found;
}

/** A new step can join in as long as nothing of what it waits for has occurred. */
function additions(plan: FlowPlan, step: PlanStep, occurred: Occurred): PlanDifference[] {
  const leaves = step.entries.flatMap(({ alternatives }) => alternatives.flatMap(({ node }) => leavesOf(node)));
  const missed = leaves.filter(({ trigger }) => occurred.has(trigger)).map(({ trigger }) => triggerText(plan, trigger));
  if (step.starts) missed.unshift("start");
  if (missed.length === 0) return [];
  const after = `${conditionWords(plan, step).text}, and ${[...new Set(missed)].join(", ")} has occurred already`;
  return [{ step: step.name, what: "added", after }];
}

/** Which triggers of the second plan have occurred in the run, as far as calls that have ended can have made them. */
class Occurred {
  readonly #match: PlanMatch;
  readonly #snapshot: SchedulerSnapshot;

  constructor(match: PlanMatch, snapshot: SchedulerSnapshot) {
    this.#match = match;
    this.#snapshot = snapshot;
  }

  has(trigger: PlanTrigger): boolean {
    const { before, after } = this.#match;
    switch (trigger.kind) {
      case "signal":
        return (this.#snapshot.signals[before.plan.signals.indexOf(after.plan.signals[trigger.signal]!)] ?? 0) > 0;
      case "label":
        return after.plan.labels[trigger.label]!.routers.some((router) => this.#hasEnded(router, true));
      case "elements":
        return this.#hasEnded(trigger.step) || this.#isUnderWay(trigger.step);
      default:
        return this.#hasEnded(trigger.step);
    }
  }

  /** What follows a list element by element begins with it. */
  #isUnderWay(step: number): boolean {
    const old = this.#match.steps.indexOf(step);
    return old >= 0 && (this.#snapshot.passes?.open ?? []).some((pass) => pass.step === old);
  }

  /** `labels`: those of a call count as open too that a human has yet to answer. */
  #hasEnded(step: number, labels = false): boolean {
    const old = this.#match.steps.indexOf(step);
    const { counts, open } = this.#snapshot;
    const isOpen = (call: { step: number; asking?: true }) => call.step === old && (labels || !call.asking);
    return old >= 0 && counts[old]! > open.filter(isOpen).length;
  }
}

const labelText = (labels: readonly string[], { router }: PlanStep) =>
  labels.map((label) => JSON.stringify(label)).join(", ") || (router ? "no labels" : "no router");
