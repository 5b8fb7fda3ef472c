/**
 * JSONPath within bounds: what a path visits is counted, and its patterns are found by RE2. The library has no limit of its own,
 * so the selectors of a path that was read are made to count.
 */
import { FunctionExpressionType, JSONPathEnvironment, type JSONPathQuery, jsonpath } from "json-p3";
import type { RE2JS } from "re2js";
import { limits } from "../../limits.js";
import { patternCost, readPattern } from "../../patterns.js";

export type { JSONPathQuery } from "json-p3";

/** Thrown when a path visits more than it may. */
export class PathTooCostly extends Error {
  constructor() {
    super(`it visits more than ${limits.work} values`);
  }
}

let left = 0;

function charge(operations: number): void {
  left -= operations;
  if (left < 0) throw new PathTooCostly();
}

/** @throws {JSONPathError} where the text is no path */
export function readPath(path: string): JSONPathQuery {
  const query = environment.compile(path);
  countQuery(query);
  return query;
}

/**
 * What a path leads to, one by one: all of it is to be taken at once, before another path is followed.
 *
 * @throws {PathTooCostly | JSONPathError}
 */
export function* followPath(query: JSONPathQuery, value: unknown): Generator<unknown> {
  left = limits.work;
  for (const node of query.lazyQuery(value as never)) yield node.value;
}

/** Values are all that stand in a comparison or in a pattern. */
class Pattern {
  readonly argTypes = [FunctionExpressionType.ValueType, FunctionExpressionType.ValueType];
  readonly returnType = FunctionExpressionType.LogicalType;
  readonly #whole: boolean;

  constructor(whole: boolean) {
    this.#whole = whole;
  }

  /** False where either is no text, or the pattern is none: so RFC 9535 has it. */
  call(text: unknown, pattern: unknown): boolean {
    if (typeof text !== "string" || typeof pattern !== "string") return false;
    const read = regularOf(pattern);
    if (!read) return false;
    charge(patternCost(read, text));
    return this.#whole ? read.matches(text) : read.matcher(text).find();
  }
}

const maxKept = 200;
const kept = new Map<string, RE2JS | undefined>();

/** A pattern may come from the data, another one for each element. */
function regularOf(pattern: string): RE2JS | undefined {
  if (pattern.length > 500) return undefined;
  if (kept.has(pattern)) return kept.get(pattern);
  charge(1_000 + pattern.length * 20);
  if (kept.size === maxKept) kept.clear();
  const read = compiledOf(pattern);
  kept.set(pattern, read);
  return read;
}

/** RFC 9485: what its check lets through means the same in RE2, but for the point, which no end of a line fits. */
function compiledOf(pattern: string): RE2JS | undefined {
  try {
    checker.call("", pattern);
    return readPattern(
      pattern.replace(/\\.|\[(?:\\.|[^\]\\])*\]|\./gsu, (part) => (part === "." ? "[^\\n\\r]" : part)),
    );
  } catch {
    return undefined;
  }
}

const checker = new jsonpath.functions.Match({ throwErrors: true, cacheSize: 0 });

const environment = new JSONPathEnvironment();
environment.functionRegister.set("match", new Pattern(true));
environment.functionRegister.set("search", new Pattern(false));

type Selector = JSONPathQuery["segments"][number]["selectors"][number];

function countQuery({ segments }: JSONPathQuery): void {
  for (const { selectors } of segments) for (const selector of selectors) countSelector(selector);
}

function countSelector(selector: Selector): void {
  const isFilter = selector instanceof jsonpath.selectors.FilterSelector;
  const resolve = selector.resolve.bind(selector);
  const lazily = selector.lazyResolve.bind(selector);
  const isMany = isFilter || !isSingular(selector);
  selector.resolve = (node) => {
    charge(2 + (isMany ? 2 * sizeOf(node.value) : 0));
    // lazily, since the other way spreads what it finds over the stack
    return isFilter ? [...lazily(node)] : resolve(node);
  };
  if (isFilter) countExpression(selector.expression);
}

const isSingular = (selector: Selector) =>
  selector instanceof jsonpath.selectors.NameSelector || selector instanceof jsonpath.selectors.IndexSelector;

interface Expression {
  readonly expression?: Expression;
  readonly left?: Expression;
  readonly right?: Expression;
  readonly args?: readonly Expression[];
  readonly path?: JSONPathQuery;
  readonly logical?: boolean;
  evaluate(context: never): unknown;
}

/** What is compared may be large, and is compared for each element. */
function countExpression(given: object): void {
  const node = given as Expression;
  if (node.path) countQuery(node.path);
  const sides = [node.left, node.right].filter((side) => side !== undefined);
  if (node.logical === false) for (const side of sides) countCompared(side);
  for (const inner of [node.expression, ...sides, ...(node.args ?? [])]) if (inner) countExpression(inner);
}

function countCompared(side: Expression): void {
  const evaluate = side.evaluate.bind(side);
  side.evaluate = (context) => {
    const found = evaluate(context);
    chargeAll(found instanceof jsonpath.JSONPathNodeList ? found.nodes[0]?.value : found);
    return found;
  };
}

function chargeAll(value: unknown): void {
  charge(typeof value === "string" ? 1 + (value.length >> 5) : 1);
  if (typeof value !== "object" || value === null) return;
  for (const one of Object.values(value)) chargeAll(one);
}

function sizeOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}
