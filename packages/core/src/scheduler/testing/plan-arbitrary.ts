/**
 * Flow definitions that compile, of every shape: chains, fan-outs, nested groups, routers, loops in and across each
 * other. Plain numbers are drawn and read as a flow, so that a failing one shrinks by itself.
 */
import fc from "fast-check";
import type {
  Condition,
  ConditionLeaf,
  FlowDefinition,
  ForEachPolicy,
  StepDefinition,
} from "../../definition/index.js";

import { FlowError } from "../../errors/index.js";
import { compile, type FlowPlan } from "../../plan/index.js";
import { describePlan } from "./describe-plan.js";

/** What a flow may contain beside chains, fan-outs, `and`, `or`, routers and loops through labels. */
export interface PlanFeatures {
  readonly signals?: boolean;
  readonly race?: boolean;
  readonly atLeast?: boolean;
  readonly each?: boolean;
  readonly keep?: boolean;
  /** `failed()` and `settled()`. */
  readonly failures?: boolean;
  /** Every other name in a join is waited for by `settled()`. */
  readonly settled?: boolean;
  /** Steps that are called per element, and `collect`. */
  readonly forEach?: boolean;
  /** Of these, every one that may goes on with the elements of another. */
  readonly follows?: boolean;
  /** Of these, some take several elements at once, and some are handed what steps before have made of theirs. */
  readonly batches?: boolean;
  /** Several labels at once. */
  readonly severalLabels?: boolean;
  /** Steps with more than one condition of their own. */
  readonly stacked?: boolean;
  /** Default true. */
  readonly loops?: boolean;
  /** Names, not only labels, may lead back. */
  readonly loopsByName?: boolean;
  /** Default 8. */
  readonly maxSteps?: number;
}

export const everything: PlanFeatures = {
  signals: true,
  race: true,
  atLeast: true,
  each: true,
  keep: true,
  failures: true,
  forEach: true,
  severalLabels: true,
  stacked: true,
  loopsByName: true,
};

interface DrawnLeaf {
  readonly pick: number;
  readonly flavor: number;
}
interface DrawnGroup {
  readonly kind: number;
  readonly count: number;
  readonly of: readonly DrawnNode[];
}
type DrawnNode = DrawnLeaf | DrawnGroup;
interface DrawnStep {
  readonly routes: readonly number[];
  readonly several: boolean;
  readonly starts: boolean;
  /** Low: how many elements at once it is called for, less one. */
  readonly many: number;
  readonly collects: boolean;
  readonly condition: DrawnNode;
  /** Leaves that lead back to this step from below, or from itself. */
  readonly back: readonly { readonly leaf: DrawnLeaf; readonly how: number }[];
}

const drawnLeaf: fc.Arbitrary<DrawnLeaf> = fc.record({ pick: fc.nat(30), flavor: fc.nat(11) });
const drawnNode = fc.letrec<{ node: DrawnNode; group: DrawnGroup }>((tie) => ({
  node: fc.oneof({ depthSize: "small", withCrossShrink: true }, drawnLeaf, tie("group")),
  group: fc.record({
    kind: fc.nat(7),
    count: fc.nat(2),
    of: fc.array(tie("node"), { minLength: 2, maxLength: 3 }),
  }),
})).node;
/** Most steps are no routers and have no way back: what is everywhere entangled has only one sort of loop. */
const seldom = <T>(element: fc.Arbitrary<T>, maxLength: number) =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant<T[]>([]) },
    { weight: 1, arbitrary: fc.array(element, { minLength: 1, maxLength }) },
  );

const drawnStep: fc.Arbitrary<DrawnStep> = fc.record({
  routes: seldom(fc.nat(5), 3),
  several: fc.boolean(),
  starts: fc.integer({ min: 0, max: 5 }).map((number) => number === 5),
  many: fc.nat(6),
  collects: fc.boolean(),
  condition: drawnNode,
  back: seldom(fc.record({ leaf: drawnLeaf, how: fc.nat(3) }), 2),
});

export function definitionArbitrary(features: PlanFeatures = {}): fc.Arbitrary<FlowDefinition> {
  return fc
    .array(drawnStep, { minLength: 2, maxLength: features.maxSteps ?? 8 })
    .map((drawn) => new Reading(drawn, features).definition());
}

export interface DrawnPlan {
  readonly definition: FlowDefinition;
  readonly plan: FlowPlan;
}

/** Plans of definitions that compile; the others are passed over. */
export function planArbitrary(features: PlanFeatures = {}): fc.Arbitrary<DrawnPlan> {
  return definitionArbitrary(features)
    .map((definition): DrawnPlan | undefined => {
      try {
        const plan = compile(definition);
        return Object.assign({ definition, plan }, { [fc.toStringMethod]: () => `\n${describePlan(plan)}\n` });
      } catch (error) {
        if (FlowError.is(error, "PLAN_INVALID")) return undefined;
        throw error;
      }
    })
    .filter((drawn) => drawn !== undefined);
}

const plainKinds: readonly string[] = ["name", "signal", "collect", "outcomes"];

/** Reads drawn numbers as a flow. Everything a condition needs comes from above it, but for what `back` adds. */
class Reading {
  readonly #drawn: readonly DrawnStep[];
  readonly #features: PlanFeatures;
  /** By step; what a step reads depends on those above it, and is asked for again and again. */
  readonly #many = new Map<number, boolean>();

  constructor(drawn: readonly DrawnStep[], features: PlanFeatures) {
    this.#drawn = drawn;
    this.#features = features;
  }

  definition(): FlowDefinition {
    return { name: "Drawn", steps: this.#drawn.map((_, step) => this.#step(step)), signals: new Map() };
  }

  #step(step: number): StepDefinition {
    const drawn = this.#drawn[step]!;
    const routes = this.#routes(step);
    const conditions = step === 0 ? [] : [this.#condition(drawn.condition, step)];
    const isMany = this.#isMany(step);
    const source = isMany ? this.#followed(step, conditions[0]) : undefined;
    if (source !== undefined) conditions[0] = { kind: "elements", step: source, ...this.#others(source, drawn) };
    else if (this.#features.loops ?? true)
      for (const { leaf, how } of drawn.back) this.#addBack(conditions, { leaf, how: isMany ? 2 : how, step });
    return {
      name: `s${step}`,
      starts: step === 0 || (drawn.starts && !isMany),
      ...(isMany && { forEach: this.#policy(drawn, routes) }),
      conditions,
      router: routes.length > 0,
      ...(routes.length > 0 && { routes }),
      severalLabels: (this.#features.severalLabels ?? false) && drawn.several,
      invoke: () => undefined,
    };
  }

  #policy({ many, collects, several, back }: DrawnStep, routes: readonly string[]): ForEachPolicy {
    const batch = this.#features.batches && several && routes.length === 0 && { batch: 1 + ((many + back.length) % 3) };
    return { concurrency: 1 + many, onError: collects ? "collect" : "fail", ...batch };
  }

  /** Some of those before, and the list. */
  #others(source: string, { starts, many }: DrawnStep): { readonly with?: string[]; readonly list?: string } {
    if (!this.#features.batches) return {};
    const way: string[] = [];
    let begin: Condition | undefined = this.#step(Number(source.slice(1))).conditions[0];
    for (; begin?.kind === "elements"; begin = this.#step(Number(begin.step.slice(1))).conditions[0])
      way.push(begin.step);
    const others = way.filter((_, i) => (many + i) % 2 === 0);
    const list = begin?.kind === "name" && begin.name.startsWith("s") && !starts ? begin.name : undefined;
    return { ...(others.length > 0 && { with: others }), ...(list !== undefined && { list }) };
  }

  /** What is called per element waits for no join, for that hands over a record. */
  #isMany(step: number): boolean {
    const known = this.#many.get(step) ?? this.#readMany(step);
    this.#many.set(step, known);
    return known;
  }

  #readMany(step: number): boolean {
    const { many, condition } = this.#drawn[step]!;
    if (!this.#features.forEach || many > (this.#features.follows ? 4 : 1) || step === 0) return false;
    const read = this.#condition(condition, step);
    const waits = "of" in read && Array.isArray(read.of) ? (read.of as readonly Condition[]) : [read];
    return read.kind !== "and" && read.kind !== "atLeast" && waits.every(({ kind }) => plainKinds.includes(kind));
  }

  #followed(step: number, first: Condition | undefined): string | undefined {
    const drawn = this.#drawn[step]!.condition;
    if (!("flavor" in drawn)) return undefined;
    if (first?.kind === "collect" && drawn.flavor % 4 > 1) return first.step;
    const above = this.#features.follows
      ? this.#drawn.flatMap((_, at) => (at < step && this.#isMany(at) ? [at] : []))
      : [];
    return above.length > 0 ? `s${above[above.length - 1 - (drawn.pick % above.length)]}` : undefined;
  }

  #routes(step: number): string[] {
    return [...new Set(this.#drawn[step]!.routes)].map((label) => `l${label}`);
  }

  #condition(drawn: DrawnNode, step: number): Condition {
    const used = new Set<string>();
    const read =
      this.#node(drawn, { step, used, depth: 0 }) ?? this.#leafFrom({ pick: 0, flavor: 0 }, this.#above(step));
    return read.kind === "keep" ? read.of : read;
  }

  #node(drawn: DrawnNode, at: { step: number; used: Set<string>; depth: number }): Condition | undefined {
    if (!("of" in drawn)) {
      const leaf = this.#leafFrom(drawn, this.#above(at.step));
      const key = "step" in leaf ? leaf.step : leaf.name;
      if (at.used.has(key)) return undefined;
      at.used.add(key);
      const isKept = this.#features.keep && at.depth > 0 && drawn.flavor === 11;
      return isKept && leaf.kind !== "signal" ? { kind: "keep", of: leaf } : leaf;
    }
    const inside = { ...at, depth: at.depth + 1 };
    const of = drawn.of.map((child) => this.#node(child, inside)).filter((child) => child !== undefined);
    if (of.length < 2) return of[0];
    return this.#group(drawn, of, at.depth);
  }

  #group({ kind, count }: DrawnGroup, of: Condition[], depth: number): Condition {
    const { race, each, atLeast } = this.#features;
    // `keep` has a meaning only where operands are held.
    const plain = of.map((child) => (child.kind === "keep" ? child.of : child));
    if (kind === 7 && race && depth === 0) return { kind: "race", of: plain };
    if (kind === 6 && each && depth === 0) return { kind: "each", of: plain };
    if (kind === 5 && atLeast) return { kind: "atLeast", count: 1 + (count % of.length), of };
    if (kind % 2 === 0) return { kind: "or", of: depth === 0 ? plain : of };
    return of.every((child) => child.kind === "keep") ? { kind: "and", of: plain } : { kind: "and", of };
  }

  #addBack(conditions: Condition[], { leaf, how, step }: { leaf: DrawnLeaf; how: number; step: number }): void {
    const below = this.#below(step);
    if (below.length === 0) return;
    const back = this.#leafFrom({ pick: leaf.pick, flavor: 0 }, below);
    const last = conditions.at(-1);
    if (!last || (this.#features.stacked && how === 0)) {
      conditions.push(back);
      return;
    }
    const other = this.#leafFrom(leaf, [...this.#above(step), ...below]);
    const isJoined = how === 1 && JSON.stringify(other) !== JSON.stringify(back);
    const way: Condition = isJoined ? { kind: "and", of: [back, other] } : back;
    conditions[conditions.length - 1] =
      last.kind === "or" || last.kind === "each" || last.kind === "race"
        ? { ...last, of: [...last.of, way] }
        : { kind: "or", of: [last, way] };
  }

  /** What the steps above a step make: their names, and their labels, counted twice for they are fewer. */
  #above(step: number): ConditionLeaf[] {
    const names = this.#drawn.slice(0, step).map((_, above) => ({ kind: "name" as const, name: `s${above}` }));
    const labels = this.#drawn.slice(0, step).flatMap((_, above) => this.#routes(above));
    return [...names, ...[...labels, ...labels].map((name) => ({ kind: "name" as const, name }))];
  }

  #below(step: number): ConditionLeaf[] {
    const steps = this.#drawn.map((_, below) => below).slice(step);
    const labels = steps.flatMap((below) => this.#routes(below));
    const names = this.#features.loopsByName ? steps.filter((below) => below > step).map((below) => `s${below}`) : [];
    return [...labels, ...names].map((name) => ({ kind: "name", name }));
  }

  #leafFrom({ pick, flavor }: DrawnLeaf, from: readonly ConditionLeaf[]): ConditionLeaf {
    const { signals, failures, settled } = this.#features;
    if (signals && flavor === 8) return { kind: "signal", name: `signal${pick % 2}` };
    // The nearest ones first, so that chains are common.
    const leaf = from[from.length - 1 - (pick % from.length)]!;
    const isStep = leaf.kind === "name" && leaf.name.startsWith("s");
    if (isStep && flavor % 4 > 0 && this.#isMany(Number(leaf.name.slice(1))))
      return { kind: flavor % 4 === 1 ? "outcomes" : "collect", step: leaf.name };
    if (settled && isStep && flavor % 2 === 1) return { kind: "settled", step: leaf.name };
    if (failures && isStep && flavor === 9) return { kind: "failed", step: leaf.name };
    if (failures && isStep && flavor === 10) return { kind: "settled", step: leaf.name };
    return leaf;
  }
}
