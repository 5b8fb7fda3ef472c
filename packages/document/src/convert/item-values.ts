/** Where the names of a step that is called per item stand in its method: what is of the item, and what is around it. */

import type { ItemPart } from "../items/lower-items.js";
import type { FlowFacts } from "../lower/facts.js";
import { sourceOf } from "../lower/roots.js";
import { type Operand, whole } from "./expression-source.js";
import { reservedWords } from "./module-names.js";
import type { Host, StepValues } from "./step-values.js";
import { assignment, type Source } from "./text-layout.js";

type Stage = Extract<ItemPart, { role: "stage" | "collect" }>;

export interface ItemValuesOptions {
  readonly part: Stage;
  readonly facts: FlowFacts;
  readonly host: Host;
  /** What is not of an item. */
  readonly outer: StepValues;
}

/** As `StepValues`. */
export class ItemValues {
  readonly #options: ItemValuesOptions;
  readonly #avoid: ReadonlySet<string>;
  readonly #statements = new Map<string, Source>();
  /** Names that the parameter is taken apart into. */
  readonly #taken = new Map<string, string>();
  #usesIndex = false;

  constructor(options: ItemValuesOptions, avoid: ReadonlySet<string>) {
    this.#options = options;
    this.#avoid = avoid;
  }

  name(name: string): Operand {
    const { facts, outer, part } = this.#options;
    const from = facts.variables.get(name)?.from;
    const source = sourceOf(name, facts.variables);
    if (!part.inner.has(source)) return outer.name(name);
    const root = this.#inner(source);
    const key = from && "step" in from ? from.key : undefined;
    return whole(key === undefined ? root : `${root}?.${key}`);
  }

  outcome(step: string): string {
    return this.#options.outer.outcome(step);
  }

  payload(): Operand {
    return this.#options.outer.payload();
  }

  get parameters(): readonly Source[] {
    const { part } = this.#options;
    const names = [...this.#taken].map(([name, local]) => (name === local ? name : `${name}: ${local}`)).join(", ");
    if (part.role === "collect") return names ? [`{ ${names} }`] : [];
    if (part.batch !== undefined) return ["batch: any[]"];
    const index = this.#usesIndex ? ["index: number"] : [];
    if (this.#taken.size === 0) return index.length > 0 ? ["_item: any", ...index] : [];
    if (this.#isAlone) return [`${[...this.#taken.values()][0]}: any`, ...index];
    return [`{ of: { ${names} } }: Record<string, any>`, ...index];
  }

  get statements(): readonly Source[] {
    return [...this.#options.outer.statements, ...this.#statements.values()];
  }

  get locals(): ReadonlySet<string> {
    return new Set([...this.#options.outer.locals, ...this.#statements.keys(), ...this.#taken.values()]);
  }

  /** Whether the parameter is one value, and not a row of several. */
  get #isAlone(): boolean {
    const { part } = this.#options;
    return part.role === "stage" && (part.passed.length > 0 || part.base.holds === "items");
  }

  #inner(source: string): string {
    const { part, host } = this.#options;
    const local = this.#avoid.has(source) || reservedWords.has(source) ? `${source}Item` : source;
    if (part.role === "collect") return this.#take(source, local);
    const { base, passed, batch } = part;
    const last = passed.at(-1)?.step;
    if (batch !== undefined) return this.#constant(local, `batch.map(({ of }) => of.${source})`);
    if (last === source || (last === undefined && (base.holds === "rows" || base.step === source)))
      return this.#take(source, local);
    // by its position an item finds its element of the list
    this.#usesIndex = true;
    const element = `${host.output(base.step)}[index]`;
    return this.#constant(local, base.holds === "rows" ? `${element}.of.${source}` : element);
  }

  #take(source: string, local: string): string {
    this.#taken.set(source, local);
    return local;
  }

  #constant(local: string, value: string): string {
    this.#statements.set(local, assignment(`const ${local}: any =`, value));
    return local;
  }
}
