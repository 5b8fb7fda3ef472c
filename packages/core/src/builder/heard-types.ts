/** What the compiler knows of a step with a condition of its own: what that hands over. */
import type { DeepReadonly, ElementOf, Payload } from "../definition/index.js";
import type { LabelNames, LabelValue, RefTo } from "./builder-types.js";

/** The flow so far as decorators see one: for the payloads of conditions. */
type Methods<R> = { readonly [K in keyof R]: () => R[K] };

// biome-ignore lint/suspicious/noExplicitAny: what is not known yet
type Anything = any;

/** What a condition hands over; anything, where it waits for what comes later. */
export type Handed<R, L, X> = [Exclude<NamesIn<X>, keyof R | LabelNames<L>>] extends [never]
  ? X extends string
    ? X extends keyof R
      ? R[X]
      : LabelValue<L, X>
    : Payload<Methods<R>, X>
  : Anything;

type NamesIn<X> = X extends string
  ? X
  : X extends { readonly of: readonly (infer A)[] }
    ? NamesIn<A>
    : X extends { readonly step: infer A }
      ? NamesIn<A>
      : X extends { readonly name: infer A }
        ? A
        : never;

/** What a step is called for: of a step that is called per element itself each result, else each element of its list. */
export type ElementIn<R, E extends keyof R, M> = E extends M ? R[E] : ElementOf<R[E]>;

/** In a step that is called per element of what `E` returns: the element, and its position. */
export type Item<R, E extends keyof R, M> = [E] extends [never]
  ? unknown
  : { readonly item: RefTo<ElementIn<R, E, M>>; readonly index: RefTo<number> };

/** The same, as predicates are given them. */
export type ItemValues<R, E extends keyof R, M> = [E] extends [never]
  ? unknown
  : { readonly item: DeepReadonly<ElementIn<R, E, M>>; readonly index: number };
