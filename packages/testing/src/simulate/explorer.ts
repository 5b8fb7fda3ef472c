/**
 * Walks the paths of a scenario: first the orders in which things can happen, depth first as far as the budget goes and by chance
 * beyond, then for each of them a crash at every commit, then a second one, and so on. Stops at the first path that is wrong.
 */
import type { FlowLike } from "millrace";
import { type Choice, type Chooser, GuidedChooser, PlannedChooser } from "./chooser.js";
import { type Judge, judge, type Wrong } from "./judge.js";
import { type Crash, type PathPlan, pathText } from "./path-plan.js";
import { sample, seeded } from "./random.js";
import type { Scenario } from "./scenario.js";
import { type PathOutcome, SimulatedPath } from "./simulated-path.js";

export interface Bounds {
  /** Paths in all. */
  readonly runs: number;
  /** Crashes of one path at most. */
  readonly crashes: number;
  readonly seed: number;
}

export interface Failure {
  readonly plan: PathPlan;
  readonly wrong: Wrong;
  readonly outcome: PathOutcome;
}

/** A path that was walked and was right. */
interface Walked {
  readonly plan: PathPlan;
  readonly outcome: PathOutcome;
  /** Its order without a crash. */
  readonly uninterrupted: PathOutcome;
}

export class Explorer<F extends FlowLike> {
  readonly #scenario: Scenario<unknown>;
  readonly #judge: Judge<F>;
  readonly #random: () => number;
  readonly #bounds: Bounds;
  paths = 0;
  orders = 0;
  crashed = 0;
  exhaustive = true;
  failure: Failure | undefined;

  constructor(scenario: Scenario<unknown>, judge: Judge<F>, bounds: Bounds) {
    this.#scenario = scenario;
    this.#judge = judge;
    this.#bounds = bounds;
    this.#random = seeded(bounds.seed);
  }

  async explore(): Promise<void> {
    const { runs, crashes } = this.#bounds;
    let level = await this.#orders(crashes > 0 ? Math.ceil(runs / 3) : runs);
    for (let depth = 1; depth <= crashes && !this.failure; depth++) level = await this.#crashes(level, depth);
  }

  /** One path, exactly. */
  async replay({ choices, crashes }: PathPlan): Promise<void> {
    const uninterrupted = await this.#walk({ choices, crashes: [] });
    if (this.failure || crashes.length === 0) return;
    await this.#interrupt({ choices, crashes }, uninterrupted.outcome);
  }

  async #orders(limit: number): Promise<Walked[]> {
    const walked: Walked[] = [];
    let before: readonly Choice[] = [];
    let next: readonly number[] | undefined = [];
    const searched = Math.ceil(limit / 2);
    while (next && this.orders < limit) {
      const { made, ...path } = await this.#walk({ choices: next, crashes: [] }, { before });
      if (this.failure) return [];
      walked.push(path);
      before = made;
      next = nextChoices(made);
      if (next && this.orders >= searched && walked.length >= searched) break;
    }
    if (!next) return walked;
    this.exhaustive = false;
    const known = new Set(walked.map(({ plan }) => pathText(plan)));
    while (this.orders < limit) {
      const rule = (count: number) => Math.floor(this.#random() * count);
      const { made: _, ...path } = await this.#walk({ choices: [], crashes: [] }, { rule });
      if (this.failure) return [];
      const text = pathText(path.plan);
      if (!known.has(text)) walked.push(path);
      known.add(text);
    }
    return walked;
  }

  /** Another crash on each of these paths, at every commit after the last one, as far as the budget goes. */
  async #crashes(level: readonly Walked[], depth: number): Promise<Walked[]> {
    const plans = level.flatMap((path) => crashesOf(path).map((crash) => ({ path, crash })));
    const left = this.#bounds.runs - this.paths;
    // what comes after this depth is to have its share
    const share = depth < this.#bounds.crashes ? Math.ceil(left / 2) : left;
    const chosen = sample(plans, Math.max(0, share), this.#random);
    if (chosen.length < plans.length) this.exhaustive = false;
    const walked: Walked[] = [];
    for (const { path, crash } of chosen) {
      const plan = { ...path.plan, crashes: [...path.plan.crashes, crash] };
      const outcome = await this.#interrupt(plan, path.uninterrupted);
      if (this.failure) return [];
      walked.push({ plan, outcome, uninterrupted: path.uninterrupted });
    }
    return walked;
  }

  async #walk(
    { choices }: PathPlan,
    options: ConstructorParameters<typeof PlannedChooser>[1] = {},
  ): Promise<Walked & { readonly made: readonly Choice[] }> {
    this.paths++;
    this.orders++;
    const chooser = new PlannedChooser(choices, options);
    const outcome = await this.#run(chooser, []);
    chooser.end();
    const { made } = chooser;
    const plan = { choices: made.map(({ chosen }) => chosen), crashes: [] };
    await this.#judged(plan, outcome);
    return { plan, outcome, uninterrupted: outcome, made };
  }

  async #interrupt(plan: PathPlan, uninterrupted: PathOutcome): Promise<PathOutcome> {
    this.paths++;
    this.crashed++;
    const outcome = await this.#run(new GuidedChooser(uninterrupted.committed), plan.crashes);
    await this.#judged(plan, outcome, uninterrupted);
    return outcome;
  }

  async #run(chooser: Chooser, crashes: readonly Crash[]): Promise<PathOutcome> {
    await this.#scenario.setup?.();
    return new SimulatedPath(this.#scenario, chooser, crashes).run();
  }

  async #judged(plan: PathPlan, outcome: PathOutcome, uninterrupted?: PathOutcome): Promise<void> {
    const wrong = await judge(this.#judge, outcome, uninterrupted);
    if (wrong) this.failure = { plan, wrong, outcome };
  }
}

/** The next order, depth first: the last choice that has something left. */
function nextChoices(made: readonly Choice[]): readonly number[] | undefined {
  const last = made.findLastIndex(({ chosen, labels }) => chosen + 1 < labels.length);
  if (last < 0) return undefined;
  return [...made.slice(0, last).map(({ chosen }) => chosen), made[last]!.chosen + 1];
}

/** The crashes that a path can have after those that it has. */
function crashesOf({ plan, outcome }: Walked): Crash[] {
  const after = plan.crashes.at(-1)?.commit ?? 0;
  const commits = Array.from({ length: Math.max(0, outcome.commits - after) }, (_, i) => after + i + 1);
  return commits.flatMap((commit): Crash[] => [
    { commit, place: "before" },
    { commit, place: "after" },
  ]);
}
