/** The errors about values that can't be stored. */
import { describeThrown, FlowError } from "../errors/index.js";
import { formatPath, plainPath } from "./paths.js";
import type { StatePath } from "./types.js";

export const symbolKey = "a symbol as a key";
export const hiddenProperty = "a property that is hidden, read-only or has a getter";
export const ownPrototype = "an object with another prototype";
export const foreignDraft = "a part of another call's `this.state`";
const staleDraft = "a part of `this.state` that is no longer valid";

/** The way out, by what was found. */
const hints: Readonly<Record<string, string>> = {
  "a Promise": "Await it first.",
  [symbolKey]: "A store knows no symbols: use a text for the key, or leave it out.",
  [hiddenProperty]: "Assign the value: `this.state.key = value`.",
  [ownPrototype]: "Keep plain objects, and make instances of classes of them where they are needed.",
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
  const at = path.length === 0 ? "" : ` at \`${shortPath(path)}\``;
  return new FlowError("STATE_NOT_SERIALIZABLE", `There is ${what} in ${where}${at}; it can't be stored.`, {
    hint: hints[what] ?? "Keep plain data: objects, arrays, Map, Set, Date, URL, BigInt, typed arrays and primitives.",
    details: { path: plainPath(path), kind: what },
  });
}

/** Both ends of a path that is too long to be read. `details.path` has all of it. */
function shortPath(path: StatePath): string {
  const text = path.length > 40 ? `${formatPath(path.slice(0, 10))}…${formatPath(path.slice(-10))}` : formatPath(path);
  return text.length > 300 ? `${text.slice(0, 150)}…${text.slice(-100)}` : text;
}

/** What is thrown when a draft is read after its call has ended says little; anything else is answered as it is. */
export function explainRevoked(error: unknown, place: ValuePlace): unknown {
  if (FlowError.is(error) || !(error instanceof Error) || !/revoked/.test(error.message)) return error;
  return notStorable(staleDraft, place);
}

/** What immer throws when a part of the state is changed as a store can't keep it: the same, told as ours. Undefined: no such thing. */
export function explainDraft(error: unknown): FlowError | undefined {
  // an author may have thrown what resists being looked at
  const { message } = describeThrown(error);
  if (!message.startsWith("[Immer] ")) return undefined;
  const [, number, name] = /error nr: (\d+)|Object\.(\w+)\(\) cannot be used/.exec(message) ?? [];
  const what = faults.get(name ?? number ?? "");
  return what === undefined ? undefined : notStorable(what, { where: "the state", path: [] });
}

/** By name as immer tells it in development, and by number as in production. */
const faults: ReadonlyMap<string, string> = new Map([
  ["defineProperty", hiddenProperty],
  ["11", hiddenProperty],
  ["setPrototypeOf", ownPrototype],
  ["12", ownPrototype],
]);
