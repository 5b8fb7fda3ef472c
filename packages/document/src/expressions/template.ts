/** Text with `{{ expressions }}` in it. A text that is one expression and nothing else is that expression's value. */
import { limits } from "../limits.js";
import type { Place } from "../source/source-node.js";
import { evaluationFailed } from "./evaluation.js";
import { compileExpression, type Expression, type ExpressionProblem, type Values } from "./expression.js";
import { checkLength, meterOf } from "./meter.js";
import type { Scope } from "./scope.js";

/** Texts at even positions, expressions between them. */
export interface Template {
  readonly texts: readonly string[];
  readonly expressions: readonly Expression[];
  readonly place: Place;
}

export type CompiledTemplate = { readonly template: Template } | { readonly problems: readonly ExpressionProblem[] };

const hasExpressions = (text: string) => text.includes("{{");

/** Undefined: the text holds none. */
export function compileTemplate(text: string, scope: Scope, place: Place): CompiledTemplate | undefined {
  if (!hasExpressions(text)) return undefined;
  const texts: string[] = [];
  const expressions: Expression[] = [];
  const problems: ExpressionProblem[] = [];
  let at = 0;
  for (;;) {
    const open = text.indexOf("{{", at);
    if (open < 0) break;
    if (texts.length === limits.expressions) {
      const message = `The text holds more than ${limits.expressions} expressions.`;
      return { problems: [{ offset: open, message, hint: "Make it in a step of `type: code`." }] };
    }
    const close = closing(text, open + 2);
    if (close < 0) {
      problems.push({
        offset: open,
        message: "`{{` is not closed by `}}`.",
        hint: 'Close it; braces that are meant are written `{{ "{{" }}`.',
      });
      return { problems };
    }
    const inner = text.slice(open + 2, close);
    const compiled = compileExpression(inner.trim(), scope, place);
    if ("problem" in compiled) {
      const lead = open + 2 + (inner.length - inner.trimStart().length);
      problems.push({ ...compiled.problem, offset: lead + (compiled.problem.offset ?? 0) });
    } else expressions.push(compiled.expression);
    texts.push(text.slice(at, open));
    at = close + 2;
  }
  texts.push(text.slice(at));
  return problems.length > 0 ? { problems } : { template: { texts, expressions, place } };
}

/** Where `}}` closes, quotes and braces of the expression itself not counted. */
function closing(text: string, from: number): number {
  let quote = "";
  let open = 0;
  for (let i = from; i < text.length; i++) {
    const sign = text[i]!;
    if (quote) {
      if (sign === "\\") i++;
      else if (sign === quote) quote = "";
    } else if (sign === '"' || sign === "'") quote = sign;
    else if (sign === "{") open++;
    else if (sign === "}" && open > 0) open--;
    else if (sign === "}" && text[i + 1] === "}") return i;
  }
  return -1;
}

/** Whether the text is one expression and nothing else. */
export const isValue = ({ texts, expressions }: Template) =>
  expressions.length === 1 && texts.every((text) => text.trim() === "");

/**
 * The value, or the text with its values printed.
 *
 * @throws {FlowError} EXPRESSION_FAILED – an expression fails, or the text would be too long
 */
export function fill(template: Template, values: Values): unknown {
  const { texts, expressions, place } = template;
  if (isValue(template)) return expressions[0]!.evaluate(values);
  let made = texts[0]!;
  for (const [i, expression] of expressions.entries()) {
    const value = expression.evaluate(values);
    try {
      const piece = printed(value) + texts[i + 1];
      made += piece;
      checkLength(made.length);
      if (piece.length > 100) meterOf(values).charge(piece.length >> 4);
    } catch (error) {
      throw evaluationFailed(expression.text, place, error);
    }
  }
  return made;
}

/** Texts at even positions, values at odd ones. */
export function fillParts({ texts, expressions }: Template, values: Values): readonly unknown[] {
  return texts.flatMap((text, i) => (i === 0 ? [text] : [expressions[i - 1]!.evaluate(values), text]));
}

/** Text as it is, numbers as they print, objects and lists as JSON, what is not there as nothing. */
function printed(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (value instanceof Date) return value.toISOString();
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
