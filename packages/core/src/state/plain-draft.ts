/**
 * The draft of a plain root: it copies itself at the first write, and calls on immer only when a container of the state
 * is read, since only then can something be changed inside. Most steps write a few plain fields; they cost a fourth.
 */
import { inspect } from "node:util";
import { current, isDraft } from "immer";
import { type ClosedDraft, draftState, type Edits, editsAt, ImmerDraft, noEdits, type RootDraft } from "./drafts.js";
import { isIndexKey, keyChanges } from "./key-order.js";
import { isObject, kindOf, sameValue } from "./kinds.js";
import { hiddenProperty, notStorable, ownPrototype, symbolKey } from "./not-storable.js";

type Plain = Record<string, unknown>;

export class PlainDraft implements RootDraft, ProxyHandler<object> {
  readonly #base: Plain;
  readonly #whenOver: () => Error;
  /** The root with what was written, as long as immer is not needed. */
  #copy: Plain | undefined;
  /** The keys that were written, if none was deleted. */
  #changed: string[] | undefined;
  #deleted = false;
  /** From then on everything goes to this, the proxy of `#immer`. */
  #inner: Plain | undefined;
  #immer: ImmerDraft | undefined;
  /** The drafts at keys of the root that were given out. */
  #given: { readonly keys: string[]; readonly drafts: unknown[] } | undefined;
  #over = false;

  /** @param whenOver What is thrown by a use after `close`. */
  constructor(base: object, whenOver: () => Error) {
    this.#base = base as Plain;
    this.#whenOver = whenOver;
  }

  /** What stands for the root in a step. */
  get proxy(): object {
    return new Proxy(new Shown(this), this);
  }

  close(): ClosedDraft | undefined {
    this.#over = true;
    if (this.#immer !== undefined) return this.#immer.close(this.#knownEdits());
    return this.#copy && { result: this.#copy, edits: noEdits, changed: this.#deleted ? undefined : this.#changed };
  }

  /** If only values of the root were drafted, it is known here which of them were edited in place. */
  #knownEdits(): Edits | undefined {
    const inner = this.#inner as Plain;
    const { keys, drafts } = this.#given ?? nothingGiven;
    if (this.#immer?.size !== keys.length + 1) return undefined;
    return editsAt(keys.filter((key, index) => inner[key] === drafts[index]));
  }

  get(_: object, key: string): unknown {
    const value = this.#source()[key];
    if (this.#inner === undefined) {
      if (!isObject(value)) return (key as unknown) === draftState ? this.#promote()[key] : value;
      if (value !== this.#base[key] || !isContainer(value)) return value;
      return this.#give(key, this.#promote()[key]);
    }
    return isObject(value) ? this.#give(key, value) : value;
  }

  #give(key: string, value: unknown): unknown {
    this.#given ??= { keys: [], drafts: [] };
    const { keys, drafts } = this.#given;
    if ((key as unknown) !== draftState && !keys.includes(key) && isDraft(value)) {
      keys.push(key);
      drafts.push(value);
    }
    return value;
  }

  set(_: object, key: string, value: unknown): boolean {
    if (typeof key === "symbol") throw notStorable(symbolKey, { where: "the state", path: [] });
    const source = this.#source();
    if (this.#inner !== undefined || key === "__proto__") return Reflect.set(this.#promote(), key, value);
    if (sameValue(source[key], value) && Object.hasOwn(source, key)) return true;
    this.#copy ??= { ...this.#base };
    this.#copy[key] = value;
    if (this.#changed === undefined) this.#changed = [key];
    else if (!this.#changed.includes(key)) this.#changed.push(key);
    return true;
  }

  deleteProperty(_: object, key: string): boolean {
    const source = this.#source();
    if (this.#inner !== undefined) return Reflect.deleteProperty(this.#inner, key);
    if (!Object.hasOwn(source, key)) return true;
    this.#copy ??= { ...this.#base };
    this.#deleted = true;
    return delete this.#copy[key];
  }

  has(_: object, key: string): boolean {
    return Reflect.has(this.#source(), key);
  }

  ownKeys(): (string | symbol)[] {
    return Reflect.ownKeys(this.#source());
  }

  getOwnPropertyDescriptor(_: object, key: string): PropertyDescriptor | undefined {
    if (!Object.hasOwn(this.#source(), key)) return undefined;
    return { value: this.get(_, key), writable: true, enumerable: true, configurable: true };
  }

  getPrototypeOf(): object {
    return Object.prototype;
  }

  /** As plain as an assignment makes it, or not at all. */
  defineProperty(_: object, key: string, { value, writable, enumerable, configurable }: PropertyDescriptor): boolean {
    const isPlain = writable && enumerable && configurable;
    if (!isPlain) throw notStorable(hiddenProperty, { where: "the state", path: [key] });
    return this.set(_, key, value);
  }

  setPrototypeOf(): boolean {
    throw notStorable(ownPrototype, { where: "the state", path: [] });
  }

  preventExtensions(): boolean {
    return false;
  }

  /** What the state is now, not drafted. */
  get shown(): unknown {
    return this.#inner === undefined ? this.#source() : current(this.#inner);
  }

  #source(): Plain {
    if (this.#over) throw this.#whenOver();
    return this.#inner ?? this.#copy ?? this.#base;
  }

  /** Hands over to immer, with what was written so far. */
  #promote(): Plain {
    if (this.#inner !== undefined) return this.#inner;
    this.#immer = new ImmerDraft(this.#base);
    const inner = this.#immer.proxy as Plain;
    const copy = this.#copy;
    if (copy !== undefined) {
      const { removed, kept, added } = keyChanges(Object.keys(this.#base), Object.keys(copy), isIndexKey);
      for (const key of removed) delete inner[key];
      for (const key of [...kept, ...added]) inner[key] = copy[key];
    }
    this.#inner = inner;
    return inner;
  }
}

/**
 * The target of the proxy: what `console.log(this.state)` looks at. It is not the draft itself: a handler with something
 * under a symbol of Node's inspection loses its `get` trap on Node 24.
 */
class Shown {
  readonly #draft: PlainDraft;

  constructor(draft: PlainDraft) {
    this.#draft = draft;
  }

  /** A getter, because Node calls what it finds here on the proxy. */
  get [inspect.custom](): () => unknown {
    return () => this.#draft.shown;
  }
}

const nothingGiven = { keys: [], drafts: [] };

function isContainer(value: object): boolean {
  const kind = kindOf(value);
  return kind === "object" || kind === "array" || kind === "map" || kind === "set";
}
