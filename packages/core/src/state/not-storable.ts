/** The errors about values that can't be stored. */
import { FlowError } from "../errors/index.js";
import { formatPath, plainPath } from "./paths.js";
import type { StatePath } from "./types.js";

export const foreignDraft = "a part of another call's `this.state`";
const staleDraft = "a part of `this.state` that is no longer valid";

/** The way out, by what was found. */
const hints: Readonly<Record<string, string>> = {
  "a Promise": "Await it first.",
  "a cycle": "Refer to the object by an id or a key.",
  "a sparse array": "Use a Map, or a record keyed by number.",
  "an instance of Error": "Keep its name and message, or throw it.",
  [staleDraft]:
    "Take what you need from `this.state` while the step runs, and don't freeze objects that hold parts of it.",
  [foreignDraft]: "Return the value from its step and take it from the payload.",
};

export interface ValuePlace {
  /** What the value is part of, as in "the result of step `write`". */
  readonly where: string;
  readonly path: StatePath;
}

/** @param what As in "a function". */
export function notStorable(what: string, { where, path }: ValuePlace): FlowError<"STATE_NOT_SERIALIZABLE"> {
  const at = path.length === 0 ? "" : ` at \`${formatPath(path)}\``;
  return new FlowError("STATE_NOT_SERIALIZABLE", `There is ${what} in ${where}${at}; it can't be stored.`, {
    hint: hints[what] ?? "Keep plain data: objects, arrays, Map, Set, Date, URL, BigInt, typed arrays and primitives.",
    details: { path: plainPath(path), kind: what },
  });
}

/** What is thrown when a draft is read after its call has ended says little; anything else is answered as it is. */
export function explainRevoked(error: unknown, place: ValuePlace): unknown {
  if (FlowError.is(error) || !(error instanceof Error) || !/revoked/.test(error.message)) return error;
  return notStorable(staleDraft, place);
}
