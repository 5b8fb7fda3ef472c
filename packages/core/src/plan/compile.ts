/**
 * Definition in, plan out. Phases in order: names, routes, entries, wiring, loops, checks, carries; each sees only what
 * the ones before it made. The plan is complete and frozen, or there is none.
 */
import type { FlowDefinition, ForEachPolicy, StepDefinition } from "../definition/index.js";
import type { PlanProblem } from "../errors/index.js";
import { Carrying } from "./carries.js";
import { EntryCompiler, type EntryDraft } from "./entries.js";
import { freezePlan, none, orNone } from "./freeze.js";
import { hashPlan } from "./hash.js";
import { joinLoops } from "./join-loops.js";
import { findLoops } from "./loops.js";
import { LoserFinder } from "./losers.js";
import { collectNames } from "./names.js";
import { checkPlan } from "./plan-checks.js";
import { PlanProblems } from "./problems.js";
import { findRoutes } from "./routes.js";
import { checkGuessedRoutes } from "./strict-checks.js";
import type { FlowPlan, PlanEntry, PlanStep } from "./types.js";
import { Wiring } from "./wiring.js";

export interface CompileOptions {
  /** Ask for declared `routes` wherever a loop or an `or` depends on guessed ones. */
  readonly strict?: boolean;
  /** Names that no step may bear. */
  readonly reserved?: ReadonlySet<string>;
  /** Problems found elsewhere, to be reported together with those found here. */
  readonly problems?: readonly PlanProblem[];
}

/**
 * Compiles a definition: `{ steps, labels, signals, loops }`, numbered, checked, deeply frozen, plain JSON.
 *
 * @throws {FlowError} PLAN_INVALID – when anything is wrong with the definition; `details.problems` lists it all
 */
export function compile(definition: FlowDefinition, options: CompileOptions = {}): FlowPlan {
  const problems = new PlanProblems(definition, options.problems);
  const names = collectNames(definition);
  const routing = findRoutes(definition, names);
  const compiler = new EntryCompiler(names, routing);
  const wiring = new Wiring(
    definition.steps.map((step, position) => ({
      starts: step.starts,
      severalLabels: step.severalLabels ?? false,
      routes: routing.routes[position]!,
      entries: step.conditions.map((condition) => compiler.entry(condition)),
    })),
    routing.labels,
  );
  const looping = findLoops(wiring);
  checkPlan({ definition, names, routing, wiring, problems, reserved: options.reserved });
  if (options.strict) checkGuessedRoutes({ definition, routing, wiring, looping, problems });
  problems.throwIfAny();

  const carrying = new Carrying(wiring, looping);
  const losers = new LoserFinder(wiring, looping, carrying);
  const entryOf = ({ mode, alternatives }: EntryDraft, step: number, entry: number): PlanEntry => ({
    mode,
    alternatives: alternatives.map((node) => ({ node, loops: joinLoops(node, step, carrying) })),
    losers: mode === "race" ? losers.find(step, entry) : none,
  });
  const steps = definition.steps.map(
    (step, position): PlanStep => ({
      name: step.name,
      starts: step.starts,
      entries: orNone(wiring.steps[position]!.entries.map((draft, entry) => entryOf(draft, position, entry))),
      router: step.router,
      routes: orNone(routing.routes[position]!),
      routesFrom: routing.routesFrom[position]!,
      severalLabels: step.severalLabels ?? false,
      terminal: isTerminal(step, position, wiring),
      loops: orNone(looping.loopsOf[position]!),
      carries: carrying.of(position),
      ...optionsOf(step),
      conditional: step.when !== undefined,
    }),
  );
  const { labels } = routing;
  const plan = {
    format: 1 as const,
    flow: definition.name,
    steps,
    labels,
    signals: [...names.signals.keys()],
    loops: looping.loops,
  };
  return freezePlan({ ...plan, version: definition.version ?? null, hash: hashPlan(plan) });
}

/** Whether its value may be the run's output. Who waits for its failure does not hear its value; who waits for its settling does. */
function isTerminal(step: StepDefinition, position: number, wiring: Wiring): boolean {
  if (step.router || step.forEach) return false;
  return !wiring.uses.step[position] && !wiring.uses.settled[position];
}

/** Field by field, so that nothing that is no plain data gets in. */
function optionsOf({
  retry,
  timeoutMs,
  forEach,
}: StepDefinition): Pick<PlanStep, "retry" | "timeoutMs" | "forEach"> | undefined {
  if (retry === undefined && timeoutMs === undefined && forEach === undefined) return undefined;
  return {
    ...(retry && {
      retry: {
        attempts: retry.attempts,
        backoff: retry.backoff,
        delayMs: retry.delayMs,
        maxDelayMs: retry.maxDelayMs,
        jitter: retry.jitter,
      },
    }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(forEach && { forEach: policyOf(forEach) }),
  };
}

const policyOf = ({ concurrency, onError, batch }: ForEachPolicy): ForEachPolicy => ({
  concurrency,
  onError,
  ...(batch !== undefined && { batch }),
});
