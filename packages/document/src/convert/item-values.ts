/** Where the names of a step that is called per item stand in its method: what is of the item, and what is around it. */

import type { HandedPart } from "../items/handover.js";
import type { ItemPart } from "../items/lower-items.js";
import type { FlowFacts } from "../lower/facts.js";
import { sourceOf } from "../lower/roots.js";
import { type Operand, whole } from "./expression-source.js";
import { property } from "./literals.js";
import { reservedWords } from "./module-names.js";
import type { Host, StepValues } from "./step-values.js";
import { assignment, type Source } from "./text-layout.js";

type Stage = Extract<ItemPart, { role: "stage" | "gate" | "collect" }>;

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
    if (part.role === "collect") return this.#taken.size > 0 ? [`{ ${this.#listed()} }`] : [];
    const [alone, ...others] = part.handed.parts;
    const isAlone = others.length === 0 && alone!.holds === "value";
    const type = isBatch(part) ? "any[]" : "any";
    if (isAlone && this.#taken.size > 0) return [`${[...this.#taken.values()][0]}: ${type}`];
    if (isBatch(part)) return ["batch: any[]"];
    if (this.#taken.size === 0) return [];
    const row = part.handed.parts.find(({ holds }) => holds === "row");
    if (!row) return [`{ ${this.#listed()} }: Record<string, any>`];
    const inRow = `{ of: { ${this.#listed((name) => this.#partOf(name) === row)} } }`;
    if (others.length === 0) return [`${inRow}: Record<string, any>`];
    const beside = this.#listed((name) => this.#partOf(name) !== row);
    const around = [...(beside ? [beside] : []), `${property(row.step)}: ${inRow}`];
    return [`{ ${around.join(", ")} }: Record<string, any>`];
  }

  /** The names that are taken out of an object. */
  #listed(which: (name: string) => boolean = () => true): string {
    const taken = [...this.#taken].filter(([name]) => which(name));
    return taken.map(([name, local]) => (name === local ? name : `${name}: ${local}`)).join(", ");
  }

  get statements(): readonly Source[] {
    return [...this.#options.outer.statements, ...this.#statements.values()];
  }

  get locals(): ReadonlySet<string> {
    return new Set([...this.#options.outer.locals, ...this.#statements.keys(), ...this.#taken.values()]);
  }

  #inner(source: string): string {
    const { part } = this.#options;
    const local = this.#avoid.has(source) || reservedWords.has(source) ? `${source}Item` : source;
    if (part.role === "collect" || !isBatch(part)) return this.#take(source, local);
    const { parts } = part.handed;
    const { step, holds } = this.#partOf(source)!;
    if (parts.length === 1 && holds === "value") return this.#take(source, local);
    const root = parts.length === 1 || holds !== "row" ? "one" : `one[${JSON.stringify(step)}]`;
    return this.#constant(local, `batch.map((one) => ${root}${holds === "row" ? ".of" : ""}.${source})`);
  }

  /** Where a name stands in what the step is handed. */
  #partOf(name: string): HandedPart | undefined {
    const { part } = this.#options;
    if (part.role === "collect") return undefined;
    const { parts } = part.handed;
    return parts.find(({ step, holds }) => holds === "value" && step === name) ?? parts.find(isRecord);
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

const isBatch = (part: Stage): boolean => part.role === "stage" && part.batch !== undefined;
const isRecord = ({ holds }: HandedPart): boolean => holds !== "value";
