/**
 * One expression: read and checked when a document is loaded, evaluated when a step is called. What comes out is plain data
 * again: CEL's whole numbers become numbers.
 */
import type { Environment } from "@marcbachmann/cel-js";
import { limits } from "../limits.js";
import { readPattern } from "../patterns.js";
import { listed, shown } from "../problems/index.js";
import type { Place } from "../source/source-node.js";
import {
  alternativesOf,
  astOf,
  type CelNode,
  childrenOf,
  eachNode,
  loopDepth,
  matchesPattern,
  outcomeOfName,
  pathOf,
} from "./ast.js";
import { type Edit, edited, nameEdits, numberEdits, originalOffset } from "./edits.js";
import { makeEnvironment } from "./environment.js";
import { evaluationFailed, follow, toPlain } from "./evaluation.js";
import { countWork, measured } from "./meter.js";
import type { Scope } from "./scope.js";

/** What is wrong with an expression. */
export interface ExpressionProblem {
  /** In the text, from 0; undefined: all of it. */
  readonly offset?: number;
  readonly message: string;
  readonly hint: string;
  readonly allowed?: readonly string[];
  readonly nearest?: string;
  readonly unknownName?: boolean;
}

/** Values by name. */
export type Values = Readonly<Record<string, unknown>>;

export interface Expression {
  readonly text: string;
  /** Names that it uses, in order; how a step came out is read as `outcomeOf` a name. */
  readonly roots: readonly string[];
  /** Names read by `orElse` alone: the expression has a value without them, too. */
  readonly optional: ReadonlySet<string>;
  /** Names whose outcome it reads. */
  readonly outcomes: ReadonlySet<string>;
  /** What it reads of `input`, by name; those read by `orElse` or `has` alone are told apart. */
  readonly inputs: ReadonlyMap<string, "needed" | "optional">;
  /** Set where it is a name and keys alone. */
  readonly path?: { readonly root: string; readonly keys: readonly (string | number)[] };
  /** Set where it is `orElse` of such paths: the first that leads to something is its value. */
  readonly alternatives?: readonly NonNullable<Expression["path"]>[];
  /** In CEL's words; `dyn`: not known. */
  readonly type: string;
  /** @throws {FlowError} EXPRESSION_FAILED */
  evaluate(values: Values): unknown;
}

export type Compiled = { readonly expression: Expression } | { readonly problem: ExpressionProblem };

let evaluating: Environment | undefined;

export function compileExpression(text: string, scope: Scope, place: Place): Compiled {
  if (text.length > limits.expressionLength) {
    return wrong(
      `The expression is longer than ${limits.expressionLength} characters.`,
      "Compute it in a step of `type: code`.",
    );
  }
  try {
    const typed = scope.typed;
    const ast = astOf(typed.parse(text));
    if (loopDepth(ast) > 2) {
      return wrong(
        "Loops over lists stand within each other more than twice.",
        "Compute it in a step of `type: code`.",
      );
    }
    const unknown = unknownName(ast, scope);
    if (unknown) return { problem: unknown };
    const pattern = badPattern(ast);
    if (pattern) return { problem: pattern };
    const numbers = numberEdits(ast);
    const checked = typed.check(edited(text, numbers));
    if (!checked.valid) return { problem: inOriginal(described(checked.error, scope), numbers) };
    const names = namesIn(ast, scope);
    const path = pathOf(ast);
    const alternatives = alternativesOf(ast);
    const evaluated = edited(text, [...numbers, ...nameEdits(text, ast)]);
    evaluating ??= makeEnvironment(true);
    const run = evaluating.parse(evaluated);
    const fits = run.check();
    if (!fits.valid) return { problem: described(fits.error, scope) };
    countWork(run);
    const expression: Expression = {
      text,
      ...names,
      ...(path && { path }),
      ...(alternatives && { alternatives }),
      type: checked.type ?? "dyn",
      evaluate: (values) => {
        try {
          return path ? follow(path, values) : measured(values, (meter) => toPlain(run(values), meter));
        } catch (error) {
          throw evaluationFailed(text, place, error);
        }
      },
    };
    return { expression };
  } catch (error) {
    if (error instanceof RangeError)
      return wrong("The expression is nested too deep.", "Compute it in a step of `type: code`.");
    if (!isCel(error)) throw error;
    return { problem: described(error, scope) };
  }
}

const isCel = (error: unknown) => error instanceof Error && "summary" in error;

const wrong = (message: string, hint: string): Compiled => ({ problem: { message, hint } });

const inOriginal = (problem: ExpressionProblem, edits: readonly Edit[]): ExpressionProblem =>
  problem.offset === undefined ? problem : { ...problem, offset: originalOffset(problem.offset, edits) };

/** A name that is neither known nor bound by a loop. */
function unknownName(ast: CelNode, scope: Scope): ExpressionProblem | undefined {
  const bound = new Set<string>();
  eachNode(ast, ({ op, args }) => {
    if (op !== "rcall" || !Array.isArray(args)) return;
    const [first, second] = (args[2] ?? []) as readonly (CelNode | undefined)[];
    if (second && first?.op === "id") bound.add(String(first.args));
  });
  let found: ExpressionProblem | undefined;
  eachNode(ast, ({ op, args, start }) => {
    if (found || op !== "id" || scope.has(String(args)) || bound.has(String(args))) return;
    const name = String(args);
    if (scope.isUnbound(name)) {
      found = {
        offset: start,
        message: `Nothing makes the variable "${name}".`,
        hint: "Name it among the `outputs` of a step, or among the flow's `inputs`.",
        unknownName: true,
      };
      return;
    }
    const near = scope.nearest(name);
    found = {
      offset: start,
      message: `The name "${shown(name)}" is not known here${near ? `; is "${near}" meant?` : "."}`,
      hint: `Known are ${listed(scope.names)}.`,
      allowed: scope.names,
      ...(near !== undefined && { nearest: near }),
      unknownName: true,
    };
  });
  return found;
}

function badPattern(ast: CelNode): ExpressionProblem | undefined {
  let found: ExpressionProblem | undefined;
  eachNode(ast, (node) => {
    const pattern = matchesPattern(node);
    if (pattern?.op !== "value" || typeof pattern.args !== "string") return;
    try {
      readPattern(pattern.args);
    } catch {
      const hint = "Patterns are those of RE2: no look-around and no back-references.";
      found ??= { offset: pattern.start, message: `The pattern "${pattern.args}" can't be read.`, hint };
    }
  });
  return found;
}

function namesIn(ast: CelNode, scope: Scope): Pick<Expression, "roots" | "optional" | "outcomes" | "inputs"> {
  const inputs = new Map<string, "needed" | "optional">();
  const roots = new Set<string>();
  const sure = new Set<string>();
  const outcomes = new Set<string>();
  const visit = (node: CelNode, within: "plain" | "orElse") => {
    const key = inputKey(node);
    if (key !== undefined && inputs.get(key) !== "needed") inputs.set(key, within === "plain" ? "needed" : "optional");
    if (node.op === "id") {
      roots.add(String(node.args));
      if (within === "plain") sure.add(String(node.args));
      return;
    }
    const call = node.op === "call" ? (node.args as readonly [string, readonly CelNode[]]) : undefined;
    const outcome = outcomeOfName(node);
    if (outcome !== undefined) outcomes.add(outcome);
    else if (call?.[0] === "orElse") {
      if (call[1][0]) visit(call[1][0], "orElse");
      if (call[1][1]) visit(call[1][1], within);
    } else for (const child of childrenOf(node)) visit(child, within);
  };
  visit(ast, "plain");
  // the variables of loops aside, and what is made where it is evaluated
  for (const name of roots) if (!scope.has(name) || scope.isLocal(name)) roots.delete(name);
  return { roots: [...roots], optional: new Set([...roots].filter((name) => !sure.has(name))), outcomes, inputs };
}

function inputKey({ op, args }: CelNode): string | undefined {
  if (op !== "." || !Array.isArray(args)) return undefined;
  const [of, key] = args as unknown as readonly [CelNode, unknown];
  return of.op === "id" && of.args === "input" && typeof key === "string" ? key : undefined;
}

/** What the library says, in words for whoever wrote the expression. */
function described(error: unknown, scope: Scope): ExpressionProblem {
  const { summary = "", code = "", range } = error as { summary?: string; code?: string; range?: { start: number } };
  const said = summary
    .replaceAll(/\$?dyn<(.*?)>/g, "$1")
    .replaceAll("double", "number")
    .replaceAll("string", "text");
  const at = range ? { offset: range.start } : {};
  const key = /^No such key: (.*)$/.exec(summary)?.[1];
  if (key !== undefined)
    return { ...at, message: `There is no "${key}" in it.`, hint: "Name a field that the value has." };
  if (code.includes("overload") || /overload/.test(said)) {
    return {
      ...at,
      message: `The types don't fit: ${said.replace(/^(no such overload|found no matching overload for): ?/, "")}.`,
      hint: "Compare values of one type; `string(x)`, `int(x)` and `double(x)` convert, `size(x)` is a length.",
    };
  }
  const hint = `Expressions are CEL: \`size(text) > 3 && status == "ok"\`. Known names: ${listed(scope.names)}.`;
  return { ...at, message: `The expression can't be read: ${said || "it is empty"}.`, hint };
}
