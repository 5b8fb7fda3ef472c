/** The names that expressions of one flow may use, and what is known of them. */
import type { Environment } from "@marcbachmann/cel-js";
import { nearest } from "millrace";
import type { z } from "zod";
import { limits } from "../limits.js";
import { type CelType, celType } from "../types/index.js";
import { makeEnvironment } from "./environment.js";

/** Names that are known and can't be read from outside of the expression. */
export interface MoreNames {
  /** Values that are made where it is evaluated: `round`. */
  readonly locals?: ReadonlyMap<string, z.ZodType>;
  /** Names that are declared, and that nothing has a value for. */
  readonly unbound?: ReadonlySet<string>;
}

/** What CEL knows by itself. */
const own = makeEnvironment(false);

export class Scope {
  readonly #names: ReadonlyMap<string, z.ZodType | undefined>;
  readonly #more: MoreNames;
  readonly #with = new Map<MoreNames, Scope>();
  #typed: Environment | undefined;
  #list: readonly string[] | undefined;
  #asked = 0;

  /** By name, the schema of the value; undefined: nothing is known of it. */
  constructor(names: ReadonlyMap<string, z.ZodType | undefined>, more: MoreNames = {}) {
    // `constructor`, `list` and their like are refused where they are declared, and known to no expression
    const all = [...names, ...(more.locals ?? [])];
    this.#names = new Map(all.filter(([name]) => !(name in Object.prototype) && !own.hasVariable(name)));
    this.#more = more;
  }

  /** The same with more names; the same scope for the same ones, whose types are read once. */
  with(more: MoreNames): Scope {
    const made = this.#with.get(more) ?? new Scope(this.#names, { ...this.#more, ...more });
    this.#with.set(more, made);
    return made;
  }

  isLocal(name: string): boolean {
    return this.#more.locals?.has(name) ?? false;
  }

  isUnbound(name: string): boolean {
    return this.#more.unbound?.has(name) ?? false;
  }

  get names(): readonly string[] {
    this.#list ??= [...this.#names.keys()];
    return this.#list;
  }

  /** The name that was most likely meant; after many none is looked for, since no more problems are listed. */
  nearest(name: string): string | undefined {
    return ++this.#asked > limits.problems * 2 ? undefined : nearest(name, this.names);
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  schemaOf(name: string): z.ZodType | undefined {
    return this.#names.get(name);
  }

  /** Checks expressions against these names and their types. */
  get typed(): Environment {
    if (this.#typed) return this.#typed;
    const typed = makeEnvironment(false);
    for (const [name, schema] of this.#names) {
      const type: CelType = celType(schema);
      try {
        if (typeof type === "string") typed.registerVariable(name, type);
        else typed.registerVariable(name, { schema: type as never });
      } catch {
        // CEL has a meaning of its own for it: that stays, and who named a step so is told of it
      }
    }
    this.#typed = typed;
    return typed;
  }
}
