/** The names that expressions of one flow may use, and what is known of them. */
import type { Environment } from "@marcbachmann/cel-js";
import { nearest } from "millrace";
import type { z } from "zod";
import { limits } from "../limits.js";
import { type CelType, celType } from "../types/index.js";
import { makeEnvironment } from "./environment.js";

export class Scope {
  readonly #names: ReadonlyMap<string, z.ZodType | undefined>;
  #typed: Environment | undefined;
  #list: readonly string[] | undefined;
  #asked = 0;

  /** By name, the schema of the value; undefined: nothing is known of it. */
  constructor(names: ReadonlyMap<string, z.ZodType | undefined>) {
    // `constructor` and its like are refused where they are declared, and known to no expression
    this.#names = new Map([...names].filter(([name]) => !(name in Object.prototype)));
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
      if (typeof type === "string") typed.registerVariable(name, type);
      else typed.registerVariable(name, { schema: type as never });
    }
    this.#typed = typed;
    return typed;
  }
}
