import { FlowError } from "millrace";
import { compileExpression, type Expression, Scope } from "../expressions/index.js";

const compiled = new Map<string, Expression>();
const kept = 1000;

/**
 * The value of an expression of documents (CEL), for what JavaScript has no word for: lists compared by what they hold, patterns
 * that can't run away, times.
 *
 * @param values By name, all that it may use.
 * @throws {FlowError} EXPRESSION_FAILED – it can't be read, or not be evaluated with these values
 * @example
 * evaluate("tags == ['a', 'b'] && name.matches('^[a-z]+$')", { tags: ["a", "b"], name: "ada" }); // => true
 */
// biome-ignore lint/suspicious/noExplicitAny: what comes out is known to whoever wrote it
export function evaluate(expression: string, values: Readonly<Record<string, unknown>> = {}): any {
  const names = Object.keys(values);
  const key = `${names.join(" ")}\n${expression}`;
  let found = compiled.get(key);
  if (!found) {
    const place = { file: "evaluate", line: 1, column: 1 };
    const made = compileExpression(expression, new Scope(new Map(names.map((name) => [name, undefined]))), place);
    if ("problem" in made)
      throw new FlowError("EXPRESSION_FAILED", `\`${expression}\` can't be evaluated: ${made.problem.message}`, {
        hint: made.problem.hint,
      });
    found = made.expression;
    if (compiled.size >= kept) compiled.clear();
    compiled.set(key, found);
  }
  return found.evaluate(values);
}
