/**
 * `@start`, `@listen`, `@router`. They record and do nothing else: the method stays what it is. The constraint on `X` is
 * written out each time, because of an alias the compiler would print the alias in place of the names that there are. For
 * the same reason the overloads without a condition take names, too: what they refuse is what the compiler reports.
 */
import type { Condition, FittingAbout, Referred, Special } from "./conditions.js";
import type { InputsIn, RouterDecorator, RouterResult, StateIn, StepDecorator, TriggerNames } from "./edge-types.js";
import type { Payload, References } from "./payloads.js";
import { type RecordedEdge, recordEdge, refuseBare } from "./recording.js";
import type { RouterOptions, StepOptions } from "./step-options.js";
import type { LabelsOf, ResultOf, StepNames } from "./step-results.js";

/**
 * Marks a step that runs at kickoff, with the inputs. With a condition it runs when that fires instead, as `@listen`.
 *
 * @throws {FlowError} DEFINITION_DECORATOR_MISPLACED – it does not stand on an instance method, or has no parentheses
 * @throws {FlowError} DEFINITION_DIALECT_UNKNOWN – the compiler makes neither of TypeScript's decorators of it
 * @example
 * ```ts
 * class Review extends Flow<{ topic: string }> {
 *   @start() async research(inputs: { topic?: string }) { return { facts: [`about ${inputs.topic}`] }; }
 * }
 * ```
 */
export function start<
  F,
  R,
  const X extends
    | TriggerNames<F>
    | Condition<TriggerNames<F>>
    | Special<StepNames<F>>
    | ((flow: References<F>) => Referred<TriggerNames<F>>),
>(
  on: X | NoInfer<Condition<TriggerNames<F>> | FittingAbout<StepNames<F>>>,
  options?: StepOptions<StateIn<F>, NoInfer<Payload<F, X>>>,
): StepDecorator<F, [input: Payload<F, X>], R>;
/** With options alone: runs at kickoff, with the inputs. */
export function start<F, R>(
  options?: StepOptions<StateIn<F>, InputsIn<F>> | TriggerNames<F>,
): StepDecorator<F, [inputs: InputsIn<F>], R>;
export function start(...given: readonly unknown[]): any {
  return recorder("start", given);
}

/**
 * Marks a step that runs when a condition fires: a step's name or a router's label, `and(…)`, `or(…)`, …, or `f => f.step`.
 * Its parameter must fit what the condition hands over.
 *
 * @throws {FlowError} DEFINITION_DECORATOR_MISPLACED – it does not stand on an instance method, or has no parentheses
 * @throws {FlowError} DEFINITION_DIALECT_UNKNOWN – the compiler makes neither of TypeScript's decorators of it
 * @example
 * ```ts
 * class Review extends Flow {
 *   @start() research() { return { facts: ["rivers are long"] }; }
 *   @listen("research") write(from: { facts: string[] }) { return from.facts.join(); }
 * }
 * ```
 */
export function listen<
  F,
  R,
  const X extends
    | TriggerNames<F>
    | Condition<TriggerNames<F>>
    | Special<StepNames<F>>
    | ((flow: References<F>) => Referred<TriggerNames<F>>),
>(
  on: X | NoInfer<Condition<TriggerNames<F>> | FittingAbout<StepNames<F>>>,
  options?: StepOptions<StateIn<F>, NoInfer<Payload<F, X>>>,
): StepDecorator<F, [input: Payload<F, X>], R>;
export function listen(...given: readonly unknown[]): any {
  return recorder("listen", given);
}

/**
 * Marks a step whose return value names what happens next: a label as a string literal, `route("label", payload)`,
 * `labels("a", "b")` for several, `approval(value, { … })` for one that a human decides, or `undefined` for none. Without a condition it stacks on `@start` or `@listen`.
 *
 * @throws {FlowError} DEFINITION_DECORATOR_MISPLACED – it does not stand on an instance method, or has no parentheses
 * @throws {FlowError} DEFINITION_DIALECT_UNKNOWN – the compiler makes neither of TypeScript's decorators of it
 * @example
 * ```ts
 * class Review extends Flow {
 *   @start() @listen("rework") write(from: { notes?: string[] }) { return { text: `draft ${from.notes}` }; }
 *   @router("write", { routes: ["good", "rework"] }) check(draft: { text: string }) {
 *     return draft.text.length > 12 ? "good" : route("rework", { notes: ["longer"] });
 *   }
 *   @listen("good") publish() { return "published"; }
 * }
 * ```
 */
export function router<
  F,
  R extends RouterResult<R>,
  const X extends
    | TriggerNames<F>
    | Condition<TriggerNames<F>>
    | Special<StepNames<F>>
    | ((flow: References<F>) => Referred<TriggerNames<F>>),
  const L extends LabelsOf<ResultOf<R>> = LabelsOf<ResultOf<R>>,
>(
  on: X | NoInfer<Condition<TriggerNames<F>> | FittingAbout<StepNames<F>>>,
  options?: RouterOptions<StateIn<F>, NoInfer<Payload<F, X>>, L>,
): RouterDecorator<F, [input: Payload<F, X>], R, L>;
/** Without a condition: makes a router of what `@start` or `@listen` on the same method calls. */
export function router<F, R extends RouterResult<R>, const L extends LabelsOf<ResultOf<R>> = LabelsOf<ResultOf<R>>>(
  options?: RouterOptions<StateIn<F>, any, L> | TriggerNames<F>,
): RouterDecorator<F, any[], R, L>;
export function router(...given: readonly unknown[]): any {
  return recorder("router", given);
}

/** Takes `(on?, options?)` or `(options)`: options are the object without a `type`. */
export function recorder(kind: RecordedEdge["kind"], given: readonly unknown[]) {
  refuseBare(kind, given);
  const first = given[0];
  const optionsOnly =
    kind !== "listen" && kind !== "forEach" && typeof first === "object" && first !== null && !("type" in first);
  const edge = optionsOnly ? { kind, on: undefined, options: first } : { kind, on: first, options: given[1] };
  return (...place: readonly unknown[]): void => recordEdge(edge, place);
}
