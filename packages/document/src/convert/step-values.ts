/**
 * Where the names that a step's expressions use stand in its method: in what its condition hands over, in the state, among the
 * run's inputs, or among the newest results of other steps.
 */
import type { z } from "zod";
import type { FlowFacts } from "../lower/facts.js";
import type { Condition } from "../lower/read-condition.js";
import { sourceOf } from "../lower/roots.js";
import { type Operand, whole } from "./expression-source.js";
import { fieldSchema } from "./known-types.js";
import { reservedWords } from "./module-names.js";
import { assignment, inBraces, type Source } from "./text-layout.js";

/** What calls a step. */
export interface Called {
  readonly starts: boolean;
  readonly condition: Condition | undefined;
}

/** How the code around finds what is not handed over. */
export interface Host {
  readonly state: string;
  readonly trigger: string;
  /** The run's inputs, with their type. */
  readonly inputs: () => string;
  readonly output: (step: string) => string;
  /** What inputs are, in TypeScript. */
  readonly inputsType: string;
}

interface Place {
  readonly in: "all" | "record" | "fired" | "nowhere";
  /** Whether it is there whenever the step is called. */
  readonly sure: boolean;
  readonly kind: Condition["kind"];
  /** Whether it stands among others that come together. */
  readonly joined: boolean;
}

interface StepValuesOptions {
  readonly facts: FlowFacts;
  readonly input: z.ZodType | undefined;
  readonly called: Called;
  readonly host: Host;
  /** There is no place for statements: what would be one stands where it is used. */
  readonly inline?: boolean;
}

export class StepValues {
  readonly #facts: FlowFacts;
  readonly #input: z.ZodType | undefined;
  readonly #called: Called;
  readonly #host: Host;
  readonly #inline: boolean;
  /** Names that mean something else in the code around. */
  readonly #avoid: ReadonlySet<string>;
  readonly #statements = new Map<string, Source>();
  readonly #handed = new Map<string, string>();
  #wholePayload = false;

  constructor({ facts, input, called, host, inline = false }: StepValuesOptions, avoid: ReadonlySet<string>) {
    this.#facts = facts;
    this.#input = input;
    this.#called = called;
    this.#host = host;
    this.#inline = inline;
    this.#avoid = avoid;
  }

  /** The value of a name, as expressions have it. */
  name(name: string): Operand {
    const from = this.#facts.variables.get(name)?.from;
    const source = sourceOf(name, this.#facts.variables);
    const root = this.#root(source);
    const key = !from ? undefined : "input" in from ? from.input : from.key;
    if (key === undefined) return root;
    return whole(`${root.text}${root.schema ? "" : "?"}.${key}`, root.schema && fieldSchema(root.schema, key));
  }

  /** How a step came out. */
  outcome(step: string): string {
    const name = sourceOf(step, this.#facts.variables);
    const place = this.#place(name);
    if (place.in === "nowhere") {
      const newest = this.#host.output(name);
      const fields = [`status: ${newest} === undefined ? "skipped" : "completed"`, `value: ${newest}`];
      if (this.#inline) return `{ ${fields.join(", ")} }`;
      const local = this.#local(`${name}Outcome`);
      this.#statements.set(local, [`const ${local}: any = `, inBraces(fields), ";"]);
      return local;
    }
    return this.#taken(name, place);
  }

  /** All that the condition hands over. */
  payload(): Operand {
    const { condition, starts } = this.#called;
    if (starts) return this.#root("input");
    const leaf = condition && leafOf(condition);
    if (leaf) {
      const name = nameOf(leaf);
      return whole(this.#param(name), this.#typeOf(name, leaf.kind));
    }
    this.#wholePayload = true;
    return whole("given");
  }

  /** What the method takes. */
  get parameters(): readonly Source[] {
    if (this.#wholePayload) return ["given: any"];
    if (this.#handed.size === 0) return [];
    const { condition, starts } = this.#called;
    if (starts) return [`${this.#handed.get("input")!}: ${this.#host.inputsType}`];
    const leaf = condition && leafOf(condition);
    const typed = (name: string) => typeText(this.#typeOf(name, leaf ? leaf.kind : this.#place(name).kind));
    if (leaf) return [...this.#handed].map(([name, local]) => `${local}: ${typed(name)}`);
    const names = [...this.#handed].map(([name, local]) => (name === local ? name : `${name}: ${local}`));
    const types = [...this.#handed.keys()].map((name) => [name, typed(name)] as const);
    const each = `{ ${types.map(([name, one]) => `${name}: ${one}`).join("; ")} }`;
    const isLong = names.join(", ").length + each.length > 50;
    const type = isLong || types.every(([, one]) => one === "any") ? "Record<string, any>" : each;
    return [[inBraces(names), ": ", type]];
  }

  /** What stands before the method's own code. */
  get statements(): readonly Source[] {
    const taken =
      this.#wholePayload && this.#handed.size > 0 && this.#called.condition
        ? [
            `const { ${[...this.#handed].map(([name, local]) => (name === local ? name : `${name}: ${local}`)).join(", ")} } = given;`,
          ]
        : [];
    return [...taken, ...this.#statements.values()];
  }

  #root(source: string): Operand {
    if (source === "state") return whole(this.#host.state, this.#facts.state);
    if (source === "input") {
      if (this.#called.starts) return whole(this.#param("input"), this.#input);
      return whole(this.#constant("input", this.#host.inputs(), ""), this.#input);
    }
    const place = this.#place(source);
    const isStep = this.#facts.drafts.some(({ id }) => id === source);
    if (place.in === "nowhere") {
      if (!isStep) return whole("undefined");
      return whole(this.#constant(source, this.#host.output(source)));
    }
    const taken = this.#taken(source, place);
    const value = place.kind === "settled" ? `${taken}${place.sure ? "" : "?"}.value` : taken;
    return whole(value, this.#typeOf(source, place.kind));
  }

  /** What the condition hands over under a name. */
  #taken(name: string, place: Place): string {
    if (
      place.in !== "fired" &&
      place.sure &&
      !(this.#inline && place.in === "record" && !isPlainJoin(this.#called.condition!))
    )
      return this.#param(name);
    this.#wholePayload = true;
    const isStep = this.#facts.drafts.some(({ id }) => id === name);
    const newest = isStep ? this.#host.output(name) : "undefined";
    const { trigger } = this.#host;
    if (place.in === "record") return this.#constant(name, `given.${name}${isStep ? ` ?? ${newest}` : ""}`);
    const [asked, there] = place.joined
      ? [`${trigger}.split("+").includes(${JSON.stringify(name)})`, `given.${name}`]
      : [`${trigger} === ${JSON.stringify(name)}`, "given"];
    return this.#constant(name, [asked!, there!, newest]);
  }

  /** A constant of the method; or, where there can be none, its value. */
  #constant(name: string, value: string | readonly [string, string, string], type = ": any"): string {
    if (this.#inline) {
      const text = typeof value === "string" ? value : `${value[0]} ? ${value[1]} : ${value[2]}`;
      return /^[\w.]+(\("\w+"\))?$/.test(text) ? text : `(${text})`;
    }
    const local = this.#local(name);
    this.#statements.set(local, assignment(`const ${local}${type} =`, value));
    return local;
  }

  /** Names that it gives to values. */
  get locals(): ReadonlySet<string> {
    return new Set([...this.#statements.keys(), ...this.#handed.values()]);
  }

  #param(name: string): string {
    const local = this.#local(name);
    this.#handed.set(name, local);
    return local;
  }

  #local(name: string): string {
    return this.#avoid.has(name) || reservedWords.has(name) ? `${name}Value` : name;
  }

  #place(name: string): Place {
    const { condition, starts } = this.#called;
    const nowhere: Place = { in: "nowhere", sure: false, kind: "name", joined: false };
    if (starts || !condition) return nowhere;
    return placeIn(condition, name, "all") ?? nowhere;
  }

  /** Only what is plain and certain: the results of functions are known to the compiler alone. */
  #typeOf(name: string, kind: Condition["kind"]): z.ZodType | undefined {
    if (name === "input") return this.#input;
    const draft = this.#facts.drafts.find(({ id }) => id === name);
    const known = kind === "name" && draft?.common.type === "template" && draft.common.repeat === undefined;
    return known ? this.#facts.results.get(name) : undefined;
  }
}

const typeText = (schema: z.ZodType | undefined): string => (schema ? "string" : "any");

/** Whether all that it waits for comes together. */
const isPlainJoin = (condition: Condition): boolean =>
  !("of" in condition) ||
  condition.kind === "keep" ||
  (condition.kind === "and" && condition.of.every((one) => isPlainJoin(one)));

type Leaf = Extract<Condition, { name: string } | { step: string }>;

const nameOf = (leaf: Leaf): string => ("name" in leaf ? leaf.name : leaf.step);

/** The one thing that a condition waits for. */
function leafOf(condition: Condition): Leaf | undefined {
  if (condition.kind === "keep") return condition.of;
  return "of" in condition ? undefined : condition;
}

function placeIn(condition: Condition, name: string, within: Place["in"]): Place | undefined {
  const leaf = leafOf(condition);
  if (leaf)
    return nameOf(leaf) === name
      ? { in: within === "nowhere" ? "all" : within, sure: within !== "fired", kind: leaf.kind, joined: false }
      : undefined;
  const { kind, of } = condition as Extract<Condition, { of: readonly Condition[] }>;
  const joins = kind === "and" || kind === "atLeast";
  for (const operand of of) {
    const found = placeIn(operand, name, within === "all" ? (joins ? "record" : "fired") : within);
    if (!found) continue;
    const sure = found.sure && kind === "and";
    return { ...found, sure, joined: found.joined || joins };
  }
  return undefined;
}
