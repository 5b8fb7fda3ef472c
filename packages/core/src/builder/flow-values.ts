/** What predicates are given: `{ input, state, [step]: result }`, each read when the predicate asks for it. */
import type { CallSources } from "../definition/index.js";
import type { Read } from "./bound-reader.js";
import { type Caller, readRefIn } from "./payload-access.js";
import type { FlowValues } from "./spec.js";

/** What one call has to read from. */
export interface ValuesScope {
  readonly payload: unknown;
  readonly sources: CallSources;
  readonly state: unknown;
}

interface ValuesOptions {
  /** How each step came out, in place of its result. */
  readonly settled?: boolean;
  /** Of a step that is called per element, its element and the position of that are values, too. */
  readonly perElement: boolean;
  /** Whether a name's one result is but one of many, which the call was not handed together: it has no value then. */
  readonly isOneOfMany?: (name: string) => boolean;
}

/** For the calls of one step. */
export function valuesFor(
  caller: Caller,
  { settled = false, perElement, isOneOfMany }: ValuesOptions,
): (scope: ValuesScope) => FlowValues {
  const readers = new Map<string, Read>();
  const readerOf = (name: string): Read => {
    const known = readers.get(name);
    if (known) return known;
    const read = isOneOfMany?.(name) ? () => undefined : readRefIn({ of: "step", name, path: [], settled }, caller);
    readers.set(name, read);
    return read;
  };
  const handler: ProxyHandler<ValuesScope> = {
    get(scope, key) {
      if (key === "input") return scope.sources.inputs;
      if (key === "state") return scope.state;
      if (perElement && key === "item") return scope.payload;
      if (perElement && key === "index") return scope.sources.index;
      return typeof key === "string" ? readerOf(key)(scope.payload, scope.sources) : undefined;
    },
  };
  return (scope) => new Proxy(scope, handler) as unknown as FlowValues;
}
