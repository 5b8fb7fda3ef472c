/** A view of a draft that can be read and not written: what `this.state` is inside `this.once`. */
import { FlowError } from "../errors/index.js";
import { finishValue } from "./finish-value.js";
import { isObject, kindOf } from "./kinds.js";

/** Maps, Sets and values without places inside are shown as frozen copies. */
export function readonlyView(value: unknown): unknown {
  if (!isObject(value)) return value;
  const kind = kindOf(value);
  return kind === "object" || kind === "array" ? new Proxy(value, readOnly) : finishValue(value, "the state");
}

/** By which immer knows its drafts: a view is none, and what is made of one is a copy of what it shows. */
const draftMark = Symbol.for("immer-state");

const readOnly: ProxyHandler<object> = {
  get: (target, key) => (key === draftMark ? undefined : readonlyView(Reflect.get(target, key))),
  getOwnPropertyDescriptor(target, key) {
    const found = Reflect.getOwnPropertyDescriptor(target, key);
    return found && "value" in found ? { ...found, value: readonlyView(found.value) } : found;
  },
  set: refuse,
  deleteProperty: refuse,
  defineProperty: refuse,
  setPrototypeOf: refuse,
  preventExtensions: refuse,
};

function refuse(_: object, key?: unknown): never {
  const what = typeof key === "string" ? `this.state.${key}` : "this.state";
  throw new FlowError("STATE_IN_ONCE", `${what} was changed inside this.once.`, {
    hint: "Return what is to be kept, and change the state with it after the await: a later attempt does not run this code again.",
  });
}
