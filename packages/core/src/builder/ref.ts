/**
 * References: what stands for a value while a flow is built. Reading a member of one answers a reference that leads further;
 * anything else that is done to one is a mistake, and says so where it is made.
 */
import { FlowError } from "../errors/index.js";

export interface RefParts {
  /**
   * What it leads to, and the way inside that: the name of a step (or of a label or signal that carries something), `input`,
   * `state`, in a `forEach` step `item` and `index`. A name with dots in it may stand in one piece or in several.
   */
  readonly path: readonly string[];
  /** In place of what is undefined, or of a step that did not run. */
  readonly fallback?: { readonly value: unknown };
  /** How the step came out, in place of its result. */
  readonly settled?: boolean;
}

/** A reference by its parts. */
export interface RefTarget {
  readonly step: string;
  readonly path?: readonly (string | number)[];
  /** In place of what is undefined, or of a step that did not run. */
  readonly default?: unknown;
}

/** A reference to a `T` that there will be when the step is called. */
export interface Ref<T = unknown> {
  /** Types only. */
  readonly "~ref": T;
}

/** Which references were read, and which of them went nowhere. */
export class RefsRead {
  readonly #unused = new Set<object>();
  readonly #step: string;

  constructor(step: string) {
    this.#step = step;
  }

  read(reference: object): void {
    this.#unused.add(reference);
  }

  used(reference: object): void {
    this.#unused.delete(reference);
  }

  /**
   * What was kept from another function may lead to something else here, or to nothing.
   * @throws {FlowError} DEFINITION_REFERENCE_MISUSED
   */
  own(parts: RefParts): void {
    const maker = makers.get(parts);
    if (!maker || maker === this) return;
    const path = describeRef(parts);
    throw new FlowError(
      "DEFINITION_REFERENCE_MISUSED",
      `A reference to "${path}" is given to "${this.#step}", but was made for "${maker.#step}".`,
      { hint: `Take it from what this function is given itself; by name it may stand anywhere: ref("${path}").` },
    );
  }

  /**
   * What was read and not handed on was looked at as if it were a value: `parse.ok ? … : …` is always the first.
   * @throws {FlowError} DEFINITION_REFERENCE_MISUSED
   */
  check(): void {
    for (const reference of this.#unused)
      throw misused(`${describeRef(known.get(reference)!.parts)} is read for "${this.#step}" and not handed on`);
  }
}

interface Known {
  readonly parts: RefParts;
  readonly reads: RefsRead | undefined;
}

const known = new WeakMap<object, Known>();

/** For which function a reference was made; none: it is one by name. */
const makers = new WeakMap<RefParts, RefsRead>();

/** What a value refers to; undefined: it is no reference. */
export function readRef(value: unknown): RefParts | undefined {
  return typeof value === "function" ? known.get(value)?.parts : undefined;
}

/** A reference is part of what is handed on. */
export function useRef(value: unknown): void {
  if (typeof value === "function") known.get(value)?.reads?.used(value);
}

/** The same reference with something more to it. */
export function refWith<T>(of: unknown, more: Partial<RefParts>): Ref<T> {
  const { parts, reads } = known.get(of as object)!;
  useRef(of);
  return makeRef({ ...parts, ...more }, reads);
}

export function makeRef<T>(parts: RefParts, reads?: RefsRead): Ref<T> {
  // a function, so that a call of one can be told
  const reference: object = new Proxy(() => undefined, handlerOf(parts, reads));
  known.set(reference, { parts, reads });
  if (reads) makers.set(parts, reads);
  return reference as Ref<T>;
}

/** As its author would write it. */
export function describeRef({ path }: RefParts): string {
  return path.join(".");
}

function handlerOf(parts: RefParts, reads: RefsRead | undefined): ProxyHandler<() => undefined> {
  const refuse = (what: string) => (): never => {
    throw misused(`${describeRef(parts)} ${what}`);
  };
  return {
    get(_target, key, self) {
      if (key === Symbol.toPrimitive) return refuse("is used as a text or number");
      if (key === Symbol.iterator || key === Symbol.asyncIterator) return refuse("is gone through as a list");
      // so that it is neither awaited nor mistaken for what has a tag
      if (typeof key === "symbol" || key === "then") return undefined;
      if (key === "toJSON") return refuse("is turned into JSON");
      const { path, fallback, settled } = parts;
      if (fallback || settled) refuse("is read further: refer to the part itself, then give it its default")();
      reads?.used(self);
      const further = makeRef({ path: [...path, key] }, reads);
      reads?.read(further as object);
      return further;
    },
    apply: refuse("is called: a reference has no methods"),
    construct: refuse("is called: a reference has no methods"),
    ownKeys: refuse("is taken apart"),
    has: refuse("is searched by `in`"),
    set: refuse("is changed"),
    defineProperty: refuse("is changed"),
    deleteProperty: refuse("is changed"),
  };
}

function misused(what: string): FlowError {
  return new FlowError(
    "DEFINITION_REFERENCE_MISUSED",
    `A reference stands for a value that is not there yet, but ${what}.`,
    {
      hint: "Hand the reference on as it is; put texts together with template`…`, decide by `when`, and compute in a step.",
    },
  );
}

/** The set of references that a function is given: its members are what there is to refer to. */
export function refSet(reads: RefsRead): object {
  return new Proxy(Object.freeze({}), {
    get: (_target, key) => (typeof key === "symbol" ? undefined : makeRef({ path: [key] }, reads)),
    ownKeys() {
      throw misused("the set of references is taken apart as a whole");
    },
  });
}
