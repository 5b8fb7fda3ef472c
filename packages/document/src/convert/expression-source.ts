/**
 * Expressions as JavaScript that gives the same. What has no plain counterpart (lists compared with lists, `matches`, `timestamp`, …)
 * is left to the language itself, by `evaluate`.
 */
import type { z } from "zod";
import { astOf, type CelNode, outcomeOfName } from "../expressions/ast.js";
import { compileExpression, type Expression, outcomeName, type Scope } from "../expressions/index.js";
import { elementSchema, fieldSchema, isAnything, isSure, withoutNothing } from "./known-types.js";
import { literal, member, property } from "./literals.js";
import { inBraces, render, type Source } from "./text-layout.js";

/** A part of an expression as code. */
export interface Operand {
  readonly text: string;
  /** How strongly it holds together: see `strength`. */
  readonly holds: number;
  /** As the compiler knows it; undefined: it is `any`. */
  readonly schema?: z.ZodType | undefined;
  /** It is made of others, and always has a value. */
  readonly computed?: boolean;
}

/** Where the names of an expression stand in the code around it. */
export interface Around {
  readonly scope: Scope;
  name(name: string): Operand;
  /** How a step came out. */
  outcome(step: string): string;
  /** What `evaluate` is called here. */
  evaluate(): string;
}

const strength = { choice: 1, or: 3, and: 4, equal: 5, compare: 6, sum: 7, product: 8, unary: 9, whole: 10 };
const signs: Readonly<Record<string, number>> = {
  "&&": strength.and,
  "||": strength.or,
  "<": strength.compare,
  "<=": strength.compare,
  ">": strength.compare,
  ">=": strength.compare,
  "+": strength.sum,
  "-": strength.sum,
  "*": strength.product,
  "/": strength.product,
  "%": strength.product,
};
const methods: Readonly<Record<string, string>> = {
  startsWith: "startsWith",
  endsWith: "endsWith",
  contains: "includes",
  split: "split",
  trim: "trim",
};
const loops: Readonly<Record<string, string>> = { map: "map", filter: "filter", all: "every", exists: "some" };

/** Caught where the whole expression is written. */
class NotPlain {}

export function expressionSource(expression: Expression, around: Around): Operand {
  try {
    const node = astOf(around.scope.typed.parse(expression.text));
    return { ...new ExpressionSource(expression.text, around).of(node), computed: isComputed(node) };
  } catch (error) {
    if (!(error instanceof NotPlain)) throw error;
    return { text: evaluated(expression, around), holds: strength.whole };
  }
}

/** Both sides of a text or a call, in parentheses where they need some. */
export const held = ({ text, holds }: Operand, by: number = strength.whole): string =>
  holds < by ? `(${text})` : text;

export const whole = (text: string, schema?: z.ZodType): Operand => ({
  text,
  holds: strength.whole,
  schema: schema && !isAnything(schema) ? schema : undefined,
});

function evaluated({ text, roots, outcomes }: Expression, around: Around): string {
  const given: Source[] = roots.map((name) => {
    const { text: value } = around.name(name);
    return value === name ? name : `${property(name)}: ${value}`;
  });
  let written = text;
  for (const step of outcomes) {
    const name = outcomeName(step);
    written = written.replaceAll(new RegExp(`\\boutcomeOf\\(\\s*${step}\\s*\\)`, "g"), name);
    given.push(`${name}: ${around.outcome(step)}`);
  }
  return `${around.evaluate()}(${render(literal(written))}, ${render(inBraces(given), 0, -1000)})`;
}

class ExpressionSource {
  readonly #around: Around;
  readonly #text: string;
  /** Names that a loop gives to its elements. */
  readonly #bound = new Set<string>();
  /** Whether what is not there is read as such, not as a mistake. */
  #lenient = false;

  constructor(text: string, around: Around) {
    this.#text = text;
    this.#around = around;
  }

  of(node: CelNode): Operand {
    const { op, args } = node;
    const given = (Array.isArray(args) ? args : [args]) as readonly CelNode[];
    switch (op) {
      case "value":
        return this.#value(args);
      case "id":
        return this.#bound.has(String(args)) ? whole(String(args)) : this.#around.name(String(args));
      case ".":
      case "[]":
        return this.#member(given);
      case "!_":
        return { text: `!${held(this.of(given[0]!), strength.unary)}`, holds: strength.unary };
      case "-_":
        return { text: `-${held(this.#plain(given[0]!), strength.unary)}`, holds: strength.unary };
      case "?:": {
        const [test, one, other] = given.map((part) => held(this.of(part), strength.choice + 1));
        return { text: `${test} ? ${one} : ${other}`, holds: strength.choice };
      }
      case "==":
      case "!=":
        return this.#equal(op, given);
      case "in":
        return this.#among(given);
      case "list":
        return whole(`[${given.map((one) => this.of(one).text).join(", ")}]`);
      case "map": {
        const entries = args as unknown as readonly (readonly [CelNode, CelNode])[];
        if (entries.some(([key]) => key.op !== "value" || typeof key.args !== "string")) throw new NotPlain();
        return whole(
          `{ ${entries.map(([key, one]) => `${property(String(key.args))}: ${this.of(one).text}`).join(", ")} }`,
        );
      }
      case "call":
        return outcomeOfName(node) === undefined
          ? this.#call(node, args as readonly unknown[])
          : whole(this.#around.outcome(outcomeOfName(node)!));
      case "rcall":
        return this.#method(args as readonly unknown[]);
      default:
        return this.#infix(op, given);
    }
  }

  #value(value: unknown): Operand {
    if (typeof value === "bigint" || typeof value === "number")
      return { text: String(value), holds: Number(value) < 0 ? strength.unary : strength.whole };
    if (value === null || typeof value === "string" || typeof value === "boolean") return whole(render(literal(value)));
    throw new NotPlain();
  }

  #member([of, key]: readonly unknown[]): Operand {
    const inner = this.of(of as CelNode);
    const node = key as CelNode;
    const fixed = typeof key === "string" ? key : node.op === "value" ? node.args : undefined;
    const name = typeof fixed === "bigint" ? Number(fixed) : typeof fixed === "string" ? fixed : undefined;
    const schema =
      inner.schema && (typeof name === "string" ? fieldSchema(inner.schema, name) : elementSchema(inner.schema));
    const step = name === undefined ? `[${this.#plain(node).text}]` : member(name);
    if (this.#lenient) {
      const base = inner.schema && !schema ? `(${inner.text} as any)` : held(inner);
      return whole(`${base}?.${step.startsWith(".") ? step.slice(1) : step}`, schema);
    }
    return whole(`${this.#reachable(inner, schema !== undefined)}${step}`, schema);
  }

  /** A value of which a member is read, as the compiler lets that be done. */
  #reachable(inner: Operand, known: boolean): string {
    const { text, schema } = inner;
    if (!schema) return held(inner);
    if (!known) return `(${text} as any)`;
    return withoutNothing(schema) === schema ? held(inner) : `${held(inner)}!`;
  }

  /** A value that is computed with. */
  #plain(node: CelNode): Operand {
    const made = this.of(node);
    const { text, schema } = made;
    if (!schema || isSure(schema)) return made;
    return isSure(withoutNothing(schema)) ? whole(`${held(made)}!`) : whole(`(${text} as any)`);
  }

  #infix(op: string, [left, right]: readonly CelNode[]): Operand {
    const holds = signs[op];
    if (holds === undefined || [left, right].some((one) => one!.op === "list" || one!.op === "map"))
      throw new NotPlain();
    // lists are joined by it, too
    if (op === "+" && ![left, right].some((one) => this.#isScalar(one!))) throw new NotPlain();
    const side = (node: CelNode, by: number) => held(holds > strength.equal ? this.#plain(node) : this.of(node), by);
    const mixed = (node: CelNode) =>
      (op === "||" && node.op === "&&") || (holds === strength.product && node.op !== op) ? holds + 1 : holds;
    return { text: `${side(left!, mixed(left!))} ${op} ${side(right!, Math.max(mixed(right!), holds + 1))}`, holds };
  }

  /** Lists and maps are equal by what they hold, which `===` does not tell. */
  #equal(op: string, [left, right]: readonly CelNode[]): Operand {
    if (![left, right].some((one) => this.#isScalar(one!))) throw new NotPlain();
    const [a, b] = [left!, right!].map((one) => held(this.of(one), strength.equal + 1));
    return { text: `${a} ${op}= ${b}`, holds: strength.equal };
  }

  #among([one, list]: readonly CelNode[]): Operand {
    if (
      !this.#isScalar(one!) &&
      !(list!.op === "list" && (list!.args as CelNode[]).every((each) => each.op === "value"))
    )
      throw new NotPlain();
    if (list!.op !== "list" && !this.#type(list!).startsWith("list")) throw new NotPlain();
    return whole(`${held(this.#plain(list!))}.includes(${this.of(one!).text})`);
  }

  #call(_node: CelNode, [called, given]: readonly unknown[]): Operand {
    const [first, second] = given as readonly CelNode[];
    const name = String(called);
    if (name === "has" && first)
      return { text: `${held(this.#leniently(first), strength.equal + 1)} !== undefined`, holds: strength.equal };
    if (name === "orElse" && first && second) {
      if (!isPath(first)) throw new NotPlain();
      const fallback = held(this.of(second), strength.equal);
      return { text: `${this.#leniently(first).text} ?? ${fallback}`, holds: 2 };
    }
    if (name === "size" && first && !second) return this.#size(first);
    throw new NotPlain();
  }

  #leniently(node: CelNode): Operand {
    const before = this.#lenient;
    this.#lenient = true;
    const made = this.of(node);
    this.#lenient = before;
    return made;
  }

  /** Of a text its characters, not the halves of them. */
  #size(node: CelNode): Operand {
    const type = this.#type(node);
    const of = this.of(node);
    const text = of.schema && withoutNothing(of.schema) !== of.schema ? `${held(of)}!` : held(of);
    if (type.startsWith("list")) return whole(`${text}.length`);
    if (type !== "string" && type !== "dyn") return whole(`Object.keys(${of.text}).length`);
    if (of.schema && !isSure(withoutNothing(of.schema))) return whole(`[...(${of.text} as any)].length`);
    return whole(`[...${text}].length`);
  }

  #method([called, on, given]: readonly unknown[]): Operand {
    const name = String(called);
    const args = given as readonly CelNode[];
    const loop = Object.hasOwn(loops, name) ? loops[name] : undefined;
    if (loop && args.length === 2) return this.#loop(loop, on as CelNode, args);
    const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
    if (!method) throw new NotPlain();
    return whole(
      `${held(this.#plain(on as CelNode))}.${method}(${args.map((one) => this.#plain(one).text).join(", ")})`,
    );
  }

  #loop(method: string, on: CelNode, [variable, body]: readonly CelNode[]): Operand {
    // of a map it would be the keys
    if (!this.#type(on).startsWith("list") && on.op !== "list" && on.op !== "rcall") throw new NotPlain();
    const name = String(variable!.args);
    const list = held(this.#plain(on));
    this.#bound.add(name);
    const inner = this.of(body!);
    this.#bound.delete(name);
    return whole(`${list}.${method}((${name}: any) => ${inner.text.startsWith("{") ? `(${inner.text})` : inner.text})`);
  }

  #isScalar(node: CelNode): boolean {
    if (node.op === "value") return true;
    return ["string", "double", "int", "bool"].includes(this.#type(node));
  }

  /** In CEL's words. */
  #type({ start, end }: CelNode): string {
    const compiled = compileExpression(this.#text.slice(start, end), this.#around.scope, {
      file: "",
      line: 1,
      column: 1,
    });
    return "expression" in compiled ? compiled.expression.type : "dyn";
  }
}

const computing: ReadonlySet<string> = new Set([...Object.keys(signs), "value", "!_", "-_", "==", "!=", "in", "rcall"]);

const isComputed = ({ op, args }: CelNode): boolean =>
  computing.has(op) || (op === "call" && ["size", "has"].includes(String((args as readonly unknown[])[0])));

function isPath(node: CelNode): boolean {
  if (node.op === "id") return true;
  if (node.op !== "." && node.op !== "[]") return false;
  const [of, key] = node.args as readonly [CelNode, unknown];
  return isPath(of) && (typeof key === "string" || (key as CelNode).op === "value");
}
