/**
 * `@forEach`: a step that is called once per element of a list. As the other decorators it records and does nothing else, and
 * its constraint on `X` is written out for the sake of what the compiler reports.
 */
import type { Condition, FittingAbout, Referred, Special } from "./conditions.js";
import { recorder } from "./decorators.js";
import type { ForEachDecorator, StateIn, TriggerNames } from "./edge-types.js";
import type { FittingBatches, FittingElements } from "./element-conditions.js";
import type { ElementOf, Payload, References } from "./payloads.js";
import type { StepOptions } from "./step-options.js";
import type { StepNames } from "./step-results.js";

/** What `@forEach` takes last. `P` is an element; retry, timeout and `when` hold for each element by itself. */
export interface ForEachOptions<S = any, P = any> extends StepOptions<S, P> {
  /** How many elements of one list are worked on at the same time; a whole number from 1. @default 16 */
  readonly concurrency?: number;
  /**
   * `"fail"`: an element that fails for good fails the run, unless some step listens to `failed()` or `settled()` of this one.
   * `"collect"`: the others go on, and `collect()` hands over what they returned. @default "fail"
   */
  readonly onError?: "fail" | "collect";
}

/**
 * Marks a step that is called once per element of the list that a condition hands over, with the element and its index. Its
 * name occurs for each element; `collect("step")` occurs once, with all that they returned.
 *
 * @throws {FlowError} DEFINITION_DECORATOR_MISPLACED – it does not stand on an instance method, or has no parentheses
 * @throws {FlowError} DEFINITION_DIALECT_UNKNOWN – the compiler makes neither of TypeScript's decorators of it
 * @example
 * ```ts
 * class Crawl extends Flow {
 *   @start() list() { return ["a.ts", "b.ts"]; }
 *   @forEach("list", { concurrency: 4 }) async read(path: string, index: number) { return { path, index }; }
 *   @listen("read") tell(one: { path: string }) { this.call.logger.info(one.path); }
 *   @listen(collect("read")) count(all: { path: string }[]) { return all.length; }
 * }
 * ```
 */
export function forEach<
  F,
  R,
  const X extends
    | TriggerNames<F>
    | Condition<TriggerNames<F>>
    | Special<StepNames<F>>
    | FittingElements<StepNames<F>>
    | FittingBatches<TriggerNames<F>>
    | ((flow: References<F>) => Referred<TriggerNames<F>> | FittingElements<string> | FittingBatches<string>),
>(
  on:
    | X
    | NoInfer<
        | Condition<TriggerNames<F>>
        | FittingAbout<StepNames<F>>
        | FittingElements<StepNames<F>>
        | FittingBatches<TriggerNames<F>>
      >,
  options?: ForEachOptions<StateIn<F>, NoInfer<ElementOf<Payload<F, X>>>>,
): ForEachDecorator<F, [element: ElementOf<Payload<F, X>>, index: number], R, X>;
export function forEach(...given: readonly unknown[]): any {
  return recorder("forEach", given);
}
