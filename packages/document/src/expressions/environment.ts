/** The language of expressions: CEL, with numbers of both kinds side by side and regular expressions that can't run away. */
import { Environment } from "@marcbachmann/cel-js";
import { type Said, textOf } from "millrace";
import { patternCost, readPattern } from "../patterns.js";
import { charge, checkLength } from "./meter.js";

export const expressionLimits = {
  maxAstNodes: 400,
  maxDepth: 40,
  maxListElements: 200,
  maxMapEntries: 100,
  maxCallArguments: 16,
};

/** Neither has variables yet: `typed` checks, `plain` evaluates on values as they are. */
export function makeEnvironment(unlistedVariablesAreDyn: boolean): Environment {
  return withFunctions(
    new Environment({
      unlistedVariablesAreDyn,
      homogeneousAggregateLiterals: false,
      enableOptionalTypes: true,
      limits: expressionLimits,
    }),
  );
}

type Arithmetic = (a: number, b: number) => number;
const arithmetic: Readonly<Record<string, Arithmetic>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
};

function withFunctions(environment: Environment): Environment {
  for (const [sign, compute] of Object.entries(arithmetic)) {
    environment.registerOperator(`double ${sign} int`, (a: number, b: bigint) => compute(a, Number(b)));
    environment.registerOperator(`int ${sign} double`, (a: bigint, b: number) => compute(Number(a), b));
  }
  environment.registerOperator("double % double", (a: number, b: number) => a % b);
  environment.registerOperator("double == int", (a: number, b: bigint) => a === Number(b));
  environment.registerFunction(`string.${safeMatches}(string): bool`, (text: string, pattern: string) => {
    charge(100 + pattern.length);
    const compiled = readPattern(pattern);
    charge(patternCost(compiled, text));
    return compiled.matcher(text).find();
  });
  environment.registerFunction("outcomeOf(dyn): dyn", (value: unknown) => value);
  environment.registerFunction("textOf(dyn): string", wordsOf);
  environment.registerFunction("orElse(ast, ast): dyn", ({ args }: { args: readonly [Node, Node] }) => orElse(args));
  return environment;
}

/** Of a message; its parts are what is gone through. */
function wordsOf(message: unknown): string {
  const { parts, content = parts } = (message ?? {}) as { readonly parts?: unknown; readonly content?: unknown };
  if (typeof message !== "string" && typeof content !== "string" && !Array.isArray(content))
    throw new Error("textOf takes a message of a chat or of a memory, or a text");
  if (Array.isArray(content)) {
    const texts = content.map((part) => String((part as { text?: unknown } | null)?.text ?? ""));
    charge(content.length + texts.length);
    checkLength(texts.reduce((length, text) => length + text.length + 2, 0));
  }
  return textOf(message as Said);
}

/** What `matches` is evaluated as. */
export const safeMatches = "matches_re2";

type Node = object;

/** As far as macros are handed one. */
interface Checker {
  check(node: Node, context: unknown): unknown;
  getType(name: string): unknown;
}
interface Evaluator {
  run(node: Node, context: unknown): unknown;
}

/** The first argument, or the second where the first leads to nothing. */
function orElse([value, fallback]: readonly [Node, Node]) {
  return {
    typeCheck(checker: Checker, _macro: unknown, context: unknown): unknown {
      checker.check(value, context);
      checker.check(fallback, context);
      return checker.getType("dyn");
    },
    evaluate(evaluator: Evaluator, _macro: unknown, context: unknown): unknown {
      try {
        const found = evaluator.run(value, context);
        if (found !== undefined && found !== null) return found;
      } catch (error) {
        const code = (error as { code?: unknown }).code;
        if (!missing.includes(code as string)) throw error;
      }
      return evaluator.run(fallback, context);
    },
  };
}

const missing = ["no_such_key", "unknown_variable", "index_out_of_bounds", "no_such_overload"];
