/**
 * What expressions may cost. Their work is counted where it is done: at each node that is evaluated, and by the length of what
 * operators and functions are handed. All expressions of one call of a step share one count. It is CEL's evaluator that is
 * counted from within, so its version is fixed in package.json.
 */
import type { ParseResult } from "@marcbachmann/cel-js";
import { limits } from "../limits.js";
import { astOf, type CelNode, childrenOf } from "./ast.js";

type Evaluate = (evaluator: unknown, ast: unknown, context: unknown) => unknown;
type Handle = (...given: unknown[]) => unknown;

/** A node as the evaluator knows it, once it was checked. */
interface RunNode extends CelNode {
  readonly meta: {
    readonly alternate?: RunNode;
    readonly macro?: { readonly evaluate: Evaluate };
    readonly evaluate: Evaluate;
  };
  evaluate: Evaluate;
  handle?: Handle;
}

interface Comprehension {
  readonly iterable: RunNode;
  readonly init: RunNode;
  readonly step: RunNode;
  condition?: (found: unknown) => boolean;
}

/** Thrown where an expression would cost too much. It may be thrown very often, and has no stack. */
export class LimitReached extends Error {
  constructor(message: string) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = stackTraceLimit;
  }
}

const exhausted = new LimitReached(`it takes more than ${limits.work} operations`);
const tooLong = new LimitReached(`it makes a text of more than ${limits.textLength} characters`);

export class Meter {
  #left: number = limits.work;
  /** Made when something is counted: most expressions ask for no size. */
  #sizes: Map<object, number> | undefined;

  get isExhausted(): boolean {
    return this.#left < 0;
  }

  charge(operations: number): void {
    this.#left -= operations;
    if (this.#left < 0) throw exhausted;
  }

  /** The length of a list, the keys of an object, counted once. */
  sizeOf(value: object): number {
    if (Array.isArray(value)) return value.length;
    if (value instanceof Map || value instanceof Set) return value.size;
    if (value instanceof Uint8Array) return value.byteLength >> 3;
    return this.#once(value, () => Object.keys(value).length);
  }

  /** All values within a value: each is charged when it is met. */
  chargeAll(value: unknown): void {
    this.charge(typeof value === "string" ? 1 + (value.length >> 5) : 1);
    if (typeof value !== "object" || value === null) return;
    for (const one of value instanceof Map || value instanceof Set ? value.values() : Object.values(value))
      this.chargeAll(one);
  }

  #once(value: object, count: () => number): number {
    this.#sizes ??= new Map();
    const known = this.#sizes.get(value);
    if (known !== undefined) return known;
    const size = count();
    this.#sizes.set(value, size);
    return size;
  }
}

const meters = new WeakMap<object, Meter>();

/** The count of those who are evaluated on these values: the ones of one call of a step. */
export function meterOf(values: object): Meter {
  const known = meters.get(values);
  if (known) return known;
  const meter = new Meter();
  meters.set(values, meter);
  return meter;
}

let running: Meter | undefined;

/** Evaluates within a count. That a loop swallowed the error does not help: what is exhausted has no value. */
export function measured<T>(values: object, evaluate: (meter: Meter) => T): T {
  const before = running;
  const meter = meterOf(values);
  running = meter;
  try {
    const made = evaluate(meter);
    if (meter.isExhausted) throw exhausted;
    return made;
  } catch (error) {
    throw meter.isExhausted ? exhausted : error;
  } finally {
    running = before;
  }
}

/** For functions that cost more than their arguments tell. */
export const charge = (operations: number): void => running?.charge(operations);

/** @throws {LimitReached} where a text would be longer than any may be */
export function checkLength(length: number): void {
  if (length <= limits.textLength) return;
  throw tooLong;
}

/** Has an expression counted, which was checked before. */
export function countWork(parsed: ParseResult): void {
  const seen = new Set<RunNode>();
  const visit = (node: RunNode): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.meta.alternate) visit(node.meta.alternate);
    else countNode(node);
    if (node.op === "comprehension") {
      const { iterable, init, step } = node.args as Comprehension;
      for (const inner of [iterable, init, step]) visit(inner);
    } else for (const child of childrenOf(node)) visit(child as RunNode);
  };
  visit(astOf(parsed) as RunNode);
}

function countNode(node: RunNode): void {
  const { macro, evaluate } = node.meta;
  const inner: Evaluate = macro ? (evaluator, _ast, context) => macro.evaluate(evaluator, macro, context) : evaluate;
  node.evaluate = (evaluator, ast, context) => {
    charge(1);
    try {
      return inner(evaluator, ast, context);
    } catch (error) {
      throw chargedFor(error);
    }
  };
  const { handle } = node;
  const cost = costOf(node);
  if (handle && cost) {
    node.handle = (...given) => {
      if (running) cost(running, given);
      return handle(...given);
    };
  }
  if (node.op !== "comprehension") return;
  // what fails in a loop that asks a question is put aside until its end; a loop that has no question left ends at once
  const loop = node.args as Comprehension;
  const { condition } = loop;
  if (condition) loop.condition = (found) => !running?.isExhausted && condition(found);
}

let lastFailure: unknown;

/** Failures cost a stack, and a loop or `orElse` may put many aside. */
function chargedFor(error: unknown): unknown {
  if (error instanceof LimitReached || error === lastFailure) return error;
  lastFailure = error;
  running?.charge(300);
  return error;
}

/** CEL asks for the type of what it is handed: of a list that of its first element, and an object has its keys gone through. */
function chargeType(meter: Meter, value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) chargeType(meter, value[0]);
  else meter.charge(meter.sizeOf(value) * 8);
}

type Cost = (meter: Meter, given: readonly unknown[]) => void;

function costOf({ op, args }: RunNode): Cost | undefined {
  const cost = binary[op];
  if (cost) {
    return (meter, [a, b]) => {
      chargeType(meter, a);
      chargeType(meter, b);
      cost(meter, a, b);
    };
  }
  if (op === "comprehension")
    return (meter, [items]) => {
      if (typeof items === "object" && items !== null && !Array.isArray(items)) meter.charge(meter.sizeOf(items));
    };
  if (op !== "call" && op !== "rcall") return undefined;
  const name = String((args as readonly unknown[])[0]);
  // dates in a time zone go through the tables of all of them
  const zone = op === "rcall" && /^get[A-Z]/.test(name) ? 2_000 : 0;
  return (meter, [given]) => {
    const list = given as readonly unknown[];
    for (const one of list) chargeArgument(meter, one, name);
    if (name === "join") chargeJoin(meter, list);
    if (zone > 0 && list.length > 1) meter.charge(zone);
  };
}

function chargeComparison(meter: Meter, a: unknown, b: unknown): void {
  if (typeof a === "string" && typeof b === "string") meter.charge(Math.min(a.length, b.length) >> 5);
  else if (a !== b && typeof a === "object" && typeof b === "object" && b !== null) meter.chargeAll(a);
}

function chargeSum(meter: Meter, a: unknown, b: unknown): void {
  if (typeof a === "string" && typeof b === "string") {
    checkLength(a.length + b.length);
    meter.charge((a.length + b.length) >> 5);
  } else if (typeof a === "object" && typeof b === "object" && a && b) {
    if (a instanceof Uint8Array && b instanceof Uint8Array) checkLength(a.byteLength + b.byteLength);
    meter.charge(meter.sizeOf(a) + meter.sizeOf(b));
  }
}

function chargeSearch(meter: Meter, wanted: unknown, within: unknown): void {
  if (typeof within !== "object" || within === null) return;
  if (typeof wanted === "object" && wanted !== null) meter.chargeAll(within);
  else meter.charge(meter.sizeOf(within) * (1 + (typeof wanted === "string" ? wanted.length >> 6 : 0)));
}

const binary: Readonly<Record<string, (meter: Meter, a: unknown, b: unknown) => void>> = {
  "+": chargeSum,
  in: chargeSearch,
  ...Object.fromEntries(["==", "!=", "<", "<=", ">", ">="].map((op) => [op, chargeComparison])),
};

function chargeArgument(meter: Meter, given: unknown, name: string): void {
  if (typeof given === "string") meter.charge(given.length >> (name === "size" || name === "split" ? 1 : 4));
  else if (typeof given === "object" && given !== null) {
    chargeType(meter, given);
    if (name !== "size") meter.charge(meter.sizeOf(given));
  }
}

function chargeJoin(meter: Meter, [list, by]: readonly unknown[]): void {
  if (!Array.isArray(list)) return;
  let length = typeof by === "string" ? by.length * list.length : 0;
  for (const one of list) length += typeof one === "string" ? one.length : 0;
  checkLength(length);
  meter.charge(length >> 4);
}
