/** Expressions as JavaScript. What has no counterpart that gives the same is refused. */
import type { CelNode } from "../expressions/ast.js";
import type { Variable } from "../lower/variables.js";

/** Thrown and caught while one flow is converted. */
export class NoCounterpart extends Error {}

const infix: Readonly<Record<string, string>> = {
  "&&": "&&",
  "||": "||",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
  "+": "+",
  "-": "-",
  "*": "*",
  "/": "/",
  "%": "%",
};
const methods: Readonly<Record<string, string>> = {
  startsWith: "startsWith",
  endsWith: "endsWith",
  contains: "includes",
};

export class ExpressionSource {
  readonly #variables: ReadonlyMap<string, Variable>;
  readonly #text: string;
  /** Whether what is not there is read as such, not as a mistake. */
  #lenient = false;

  constructor(text: string, variables: ReadonlyMap<string, Variable>) {
    this.#text = text;
    this.#variables = variables;
  }

  of(node: CelNode): string {
    const { op, args } = node;
    const given = (Array.isArray(args) ? args : [args]) as readonly CelNode[];
    if (op === "value") return this.#literal(args);
    if (op === "id") return this.#name(String(args));
    if (op === "." || op === "[]") return this.#member(given);
    if (op === "!_") return `!${this.of(given[0]!)}`;
    if (op === "-_") return `-${this.of(given[0]!)}`;
    if (op === "?:") return `(${this.of(given[0]!)} ? ${this.of(given[1]!)} : ${this.of(given[2]!)})`;
    if (op === "==" || op === "!=") return this.#equal(op, given);
    if (op === "in" && given[1]?.op === "list") return `${this.of(given[1])}.includes(${this.of(given[0]!)})`;
    if (op === "list") return `[${given.map((one) => this.of(one)).join(", ")}]`;
    if (op === "call" || op === "rcall") return this.#call(args as readonly unknown[], op);
    const sign = infix[op];
    if (!sign || given.some((one) => one.op === "list" || one.op === "map")) throw this.#none();
    return `(${this.of(given[0]!)} ${sign} ${this.of(given[1]!)})`;
  }

  #literal(value: unknown): string {
    if (typeof value === "bigint" || typeof value === "number") return String(value);
    if (value === null || typeof value === "string" || typeof value === "boolean") return JSON.stringify(value);
    throw this.#none();
  }

  #name(name: string): string {
    const from = this.#variables.get(name)?.from;
    if (!from) return name;
    if ("input" in from) return `input?.[${JSON.stringify(from.input)}]`;
    return from.key === undefined ? from.step : `${from.step}?.[${JSON.stringify(from.key)}]`;
  }

  #member([of, key]: readonly unknown[]): string {
    const inner = this.of(of as CelNode);
    const dot = this.#lenient ? "?." : "";
    if (typeof key === "string") {
      const plain = /^[A-Za-z_$][\w$]*$/.test(key);
      return plain ? `${inner}${dot || "."}${key}` : `${inner}${dot}[${JSON.stringify(key)}]`;
    }
    return `${inner}${dot}[${this.of(key as CelNode)}]`;
  }

  /** Lists and maps are equal by what they hold, which `===` does not tell: one side is a plain value. */
  #equal(op: string, [left, right]: readonly CelNode[]): string {
    if (left!.op !== "value" && right!.op !== "value") throw this.#none();
    return `(${this.of(left!)} ${op}= ${this.of(right!)})`;
  }

  #call(args: readonly unknown[], op: "call" | "rcall"): string {
    const name = String(args[0]);
    const given = (
      op === "rcall" ? [args[1], ...(args[2] as unknown[])] : (args[1] as unknown[])
    ) as readonly CelNode[];
    const before = this.#lenient;
    this.#lenient ||= op === "call" && (name === "has" || name === "orElse");
    const [first, second] = given.map((one) => this.of(one));
    this.#lenient = before;
    if (name === "size" && given.length === 1) return `[...${first}].length`;
    if (name === "has" && op === "call") return `(${first} !== undefined)`;
    if (name === "orElse" && op === "call") return `(${first} ?? ${second})`;
    if (op === "rcall" && methods[name] && given.length === 2) return `${first}.${methods[name]}(${second})`;
    throw this.#none();
  }

  #none(): NoCounterpart {
    return new NoCounterpart(`the expression \`${this.#text}\` has no counterpart in code`);
  }
}
