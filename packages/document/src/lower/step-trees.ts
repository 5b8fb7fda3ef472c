/** Everything of a step that holds expressions, compiled. */
import { z } from "zod";
import { compileExpression, type Expression, type MoreNames } from "../expressions/index.js";
import { placeInText, type SourceNode } from "../source/index.js";
import type { StepDraft } from "./step-draft.js";
import { compileTree, expressionsIn, type TreeContext, type ValueTree } from "./value-tree.js";

export interface RouterCase {
  /** Undefined: the case that is taken when none before it was. */
  readonly when: Expression | undefined;
  readonly label: string;
  readonly payload: ValueTree | undefined;
}

export interface StepTrees {
  readonly with: ValueTree | undefined;
  /** Fields of the config in which expressions may stand. */
  readonly fields: ReadonlyMap<string, { readonly tree: ValueTree; readonly inParts: boolean }>;
  readonly cases: readonly RouterCase[];
  readonly when: Expression | undefined;
  /** Whether it is done again. */
  readonly again: Expression | undefined;
  /** All of them, those of `when` too. */
  readonly expressions: readonly Expression[];
}

const round = ["round", z.number()] as const;
/** What a field may read in each round, and `while` after it. */
export const roundOnly: MoreNames = { locals: new Map([round]) };
export const afterRound: MoreNames = { locals: new Map<string, z.ZodType>([round, ["result", z.unknown()]]) };

export function stepTrees(draft: StepDraft, context: TreeContext): StepTrees {
  const given = withTree(draft, context);
  // what stands in the fields is made anew for each round
  const each = draft.common.repeat ? { ...context, scope: context.scope.with(roundOnly) } : context;
  const fields = new Map<string, { tree: ValueTree; inParts: boolean }>();
  for (const name of draft.type?.templates ?? []) addField(name, false);
  for (const name of draft.type?.parts ?? []) addField(name, true);
  function addField(name: string, inParts: boolean): void {
    const { node, path } = draft.at(name);
    if (node) fields.set(name, { tree: compileTree(node, path, each), inParts });
  }
  const cases = draft.kind === "router" ? routerCases(draft, context) : [];
  const when = condition(draft.at("when"), context);
  const again = draft.common.repeat
    ? condition(draft.at("repeat", "while"), { ...context, scope: context.scope.with(afterRound) })
    : undefined;
  const expressions = [
    ...(given ? expressionsIn(given) : []),
    ...[...fields.values()].flatMap(({ tree }) => expressionsIn(tree)),
    ...cases.flatMap(({ when, payload }) => [...(when ? [when] : []), ...(payload ? expressionsIn(payload) : [])]),
    ...(again ? [again] : []),
    ...(when ? [when] : []),
  ];
  return { with: given, fields, cases, when, again, expressions };
}

/** `with`, and the variables that `inputs` names. */
function withTree(draft: StepDraft, context: TreeContext): ValueTree | undefined {
  const { node, path } = draft.at("with");
  const tree = node ? compileTree(node, path, context) : undefined;
  const { inputs } = draft.common;
  if (!inputs) return tree;
  const entries = new Map<string, ValueTree>();
  for (const [i, name] of inputs.entries()) {
    const at = draft.at("inputs", i);
    if (!at.node || !context.scope.has(name)) continue;
    const expression: SourceNode = { kind: "scalar", place: at.node.place, style: "plain", value: `{{ ${name} }}` };
    entries.set(name, compileTree(expression, at.path, context));
  }
  if (tree?.kind === "record") for (const [key, value] of tree.entries) entries.set(key, value);
  return { kind: "record", entries };
}

function routerCases(draft: StepDraft, context: TreeContext): readonly RouterCase[] {
  const cases = draft.config.cases as readonly { label?: string; otherwise?: string }[];
  return cases.map(({ label, otherwise }, i) => {
    const payload = draft.at("cases", i, "payload");
    return {
      when: condition(draft.at("cases", i, "when"), context),
      label: label ?? otherwise ?? "",
      payload: payload.node && compileTree(payload.node, payload.path, context),
    };
  });
}

/** An expression that stands without braces, and answers true or false. */
export function condition(
  { node, path }: ReturnType<StepDraft["at"]>,
  { scope, problems }: TreeContext,
): Expression | undefined {
  if (node?.kind !== "scalar" || (typeof node.value !== "string" && typeof node.value !== "boolean")) return undefined;
  const written = String(node.value);
  const text = written.trim().replace(/^\{\{([\s\S]*)\}\}$/, "$1");
  const compiled = compileExpression(text.trim(), scope, node.place);
  if ("problem" in compiled) {
    const { offset, message, hint, allowed, nearest, unknownName } = compiled.problem;
    problems.add(
      unknownName ? "DOCUMENT_UNKNOWN_NAME" : "DOCUMENT_EXPRESSION_INVALID",
      {
        place: placeInText(node, offset === undefined ? 0 : offset + Math.max(0, written.indexOf(text.trim()))),
        path,
      },
      { message, hint, ...(allowed && { allowed }), ...(nearest !== undefined && { nearest }) },
    );
    return undefined;
  }
  const { expression } = compiled;
  if (expression.type !== "bool" && expression.type !== "dyn") {
    problems.add(
      "DOCUMENT_EXPRESSION_INVALID",
      { place: node.place, path },
      {
        message: `The expression gives ${words[expression.type] ?? expression.type}, not true or false.`,
        hint: 'Compare it with something: `size(x) > 0`, `x == "ok"`.',
      },
    );
  }
  return expression;
}

const words: Readonly<Record<string, string>> = { string: "text", double: "a number", int: "a number" };
