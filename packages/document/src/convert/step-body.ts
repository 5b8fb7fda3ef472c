/** What a step does, by its type: code of its own where that says it, else a call of the step type. */

import type { StepDraft } from "../lower/step-draft.js";
import type { StepTrees } from "../lower/step-trees.js";
import type { ValueTree } from "../lower/value-tree.js";
import { stepFields } from "../schema/fields.js";
import { toData } from "../source/index.js";
import type { StepType } from "../step-type.js";
import { builtinStepTypes } from "../steps/index.js";
import type { ConvertModule } from "./convert-module.js";
import { held, type Operand, whole } from "./expression-source.js";
import { isSure } from "./known-types.js";
import { literal, property } from "./literals.js";
import { NoCounterpart } from "./no-counterpart.js";
import { call, inBraces, render, type Source } from "./text-layout.js";
import { partsSource, textSource, type ValueAround, valueOperand, valueSource } from "./value-source.js";

/** Code that answers a result: what it does first, then what it returns. */
export interface Body {
  readonly before?: readonly Source[];
  readonly result: Source;
  readonly async?: boolean;
}

/** What stands around a body. */
export interface BodyAround {
  readonly module: ConvertModule;
  readonly values: ValueAround;
  /** What the step is given: its `with`, or what it is handed. */
  readonly params: () => Source;
  /** Whether it is given something. */
  readonly isGiven: boolean;
  /** Whether it is called for items of a list. */
  readonly isPerItem?: boolean;
  /** `this`, or the tools of a function. */
  readonly self: "this" | "tools";
}

export interface WrittenStep {
  readonly draft: StepDraft;
  readonly trees: StepTrees;
}

/** The step types that the package exports, by their names there. */
const exported: Readonly<Record<string, string>> = {
  aggregate: "aggregate",
  construct: "construct",
  decode: "decode",
  explode: "explode",
  extract: "extract",
  "file-read": "fileRead",
  "file-write": "fileWrite",
  http: "http",
  sql: "sql",
};

export function stepBody(step: WrittenStep, around: BodyAround): Body {
  const { draft } = step;
  const { type, kind, config, common } = draft;
  if (kind === "flow") return { result: runFlow(String(config.flow), around) };
  if (kind === "router") return cases(step, around);
  const own = type && builtinStepTypes.includes(type) ? ownCode[common.type] : undefined;
  return own ? own(step, around) : { result: runType(step, around) };
}

type Write = (step: WrittenStep, around: BodyAround) => Body;

const ownCode: Readonly<Record<string, Write>> = {
  code: ({ draft }, around) => codeBody(draft, around),
  template: (step, { values }) => ({ result: textSource(field(step, "template")!, values) }),
  echo: (step, { values, params }) => {
    const value = field(step, "value");
    return { result: value ? valueSource(value, values) : params() };
  },
  construct: (step, around) => ({
    result:
      step.draft.config.as === undefined ? valueSource(field(step, "fields")!, around.values) : runType(step, around),
  }),
  sleep: (step, { self, values, module }) => {
    const given = valueSource(field(step, "for")!, values);
    const isText = typeof step.draft.config.for === "string" && step.draft.config.for.includes("{{");
    const duration = isText ? [given, ` as ${module.names.imported("millrace", "Duration", "type")}`] : given;
    return { result: call(`${self}.sleep`, [duration]) };
  },
  approval: approvalBody,
  ask: askBody,
  tool: ({ draft }, { module, params, self, isGiven }) => {
    const { name, takesTools } = module.tool(String(draft.config.tool));
    const tools = takesTools ? [self === "this" ? toolsOf(module) : "tools"] : [];
    return { result: call(name, [isGiven ? params() : "{}", ...tools]) };
  },
  explode: (step, around) => ({
    // the engine calls per element of a list; within items it is a step's own affair
    result: around.isPerItem ? runType(step, around) : valueSource(field(step, "items")!, around.values),
  }),
};

const field = ({ trees }: WrittenStep, name: string): ValueTree | undefined => trees.fields.get(name)?.tree;

const toolsOf = (module: ConvertModule): string => `${module.names.imported("millrace", "toolsOf")}(this)`;

function runFlow(id: string, { module, params, isGiven, self }: BodyAround): Source {
  return call(`${self}.runFlow`, [module.flow(id), isGiven ? params() : "{}"]);
}

function codeBody(draft: StepDraft, around: BodyAround): Body {
  const { module, params, self } = around;
  const { run, args } = draft.config as { readonly run: string; readonly args?: readonly string[] };
  const local = module.functionName(run);
  const called = module.project.load(run);
  if (typeof called !== "function") throw new NoCounterpart(`${run} is no function`);
  const given = args ? oneByOne(params(), args) : [params()];
  // one that takes no tools is not given any: the compiler would ask what for
  if (called.length > given.length || /^\s*(async\s*)?(function\b[^(]*)?\([^)]*\.\.\./.test(String(called)))
    given.push(self === "this" ? toolsOf(module) : "tools");
  while (given.at(-1) === "undefined") given.pop();
  const made = call(local, given);
  const isGenerator = /Generator/.test(called.constructor.name);
  if (draft.config.routes === undefined)
    return { result: isGenerator ? call(module.names.imported("millrace", "collected"), [made]) : made };
  if (isGenerator) throw new NoCounterpart(`the router ${run} is a generator`);
  const labels = (draft.config.routes as readonly string[]).map((label) => JSON.stringify(label)).join(" | ");
  if (!module.returnsSeveral(draft.id)) {
    // the compiler may know of labels that it returns otherwise than as texts
    const as = /\b(labels|approval|route)\b/.test(String(called)) ? "as unknown as" : "as";
    return { result: ["(await ", made, `) ${as} ${labels}`], async: true };
  }
  return {
    before: [["const returned: any = await ", made, ";"]],
    result: call(module.names.imported("millrace", "labels"), [
      `...([returned].flat().filter(Boolean) as (${labels})[])`,
    ]),
    async: true,
  };
}

/** The values of a record by name; of anything else its fields. */
function oneByOne(params: Source, args: readonly string[]): Source[] {
  const record = typeof params === "object" && "kind" in params && params.kind === "group" && params.open === "{";
  return args.map((name) => {
    if (!record) return [params, `?.${name}`];
    for (const item of params.items) {
      if (item === name) return name;
      if (Array.isArray(item) && item[0] === `${property(name)}: `) return item.slice(1);
    }
    return "undefined";
  });
}

/** The first case that is true. */
function cases({ trees }: WrittenStep, { module, values }: BodyAround): Body {
  const lines: Source[] = [];
  for (const { when, label, payload } of trees.cases) {
    const route = payload && module.names.imported("millrace", "route");
    const plain = trees.cases.length === 1 ? `${JSON.stringify(label)} as const` : JSON.stringify(label);
    const made: Source = route ? call(route, [JSON.stringify(label), valueSource(payload, values)]) : plain;
    if (!when) return { before: lines, result: made };
    const test = valueOperand(
      { kind: "template", template: { texts: ["", ""], expressions: [when] } } as never,
      values,
    )!;
    lines.push([`if (${test.text}) return `, made, ";"]);
  }
  return { before: lines, result: "undefined" };
}

function approvalBody(step: WrittenStep, { module, values, params, isGiven }: BodyAround): Body {
  const { outcomes, feedback, within, otherwise } = step.draft.config as Readonly<Record<string, unknown>>;
  const message = textSource(field(step, "message")!, values);
  const value = field(step, "value");
  const operand = value && valueOperand(value, values);
  // the compiler has to know that it is something
  const given: Source = operand
    ? asObject(operand, message)
    : value
      ? valueSource(value, values)
      : step.trees.with
        ? params()
        : isGiven
          ? asObject(whole(render(params())), message)
          : message;
  const options: Source[] = [
    ["message: ", message],
    ["outcomes: ", literal(outcomes)],
    ...(feedback === undefined ? [] : [["schema: ", module.typeSource(feedback)]]),
    ...(within === undefined
      ? []
      : [
          ["timeout: ", literal(within)],
          ["onTimeout: ", literal(otherwise)],
        ]),
  ];
  return { result: call(module.names.imported("millrace", "approval"), [given, inBraces(options)]) };
}

/** In place of nothing the message is put before people. */
function asObject(operand: Operand, message: Source): Source {
  if (operand.schema && isSure(operand.schema)) return operand.text;
  return [`(${held(operand, 3)} ?? `, message, ") as object"];
}

function askBody(step: WrittenStep, { self, module, values }: BodyAround): Body {
  const { as, within } = step.draft.config;
  const prompt = textSource(field(step, "prompt")!, values);
  module.names.imported("zod", "z");
  const schema: Source = ["schema: ", as === undefined ? "z.string()" : module.typeSource(as)];
  if (within === undefined) return { result: call(`${self}.ask`, [prompt, inBraces([schema])]) };
  const otherwise = field(step, "otherwise");
  const asked = call(`${self}.ask`, [prompt, inBraces([schema, ["timeout: ", literal(within)]])]);
  return {
    before: [["const answer = await ", asked, ";"]],
    result: ["answer.answered ? answer.value : ", otherwise ? valueSource(otherwise, values) : "undefined"],
    async: true,
  };
}

/** A call of the step type itself. */
function runType(step: WrittenStep, around: BodyAround): Source {
  const { draft } = step;
  const { module, self } = around;
  const type = draft.type!;
  const isOwn = builtinStepTypes.includes(type);
  const local = typeName(type, module);
  if (!isOwn) module.runner.useAllOf(draft);
  else if (typeof draft.config.connection === "string") module.runner.useConnection(draft.config.connection);
  const takesParams = !isOwn && around.isGiven;
  const on: Source = takesParams
    ? inBraces([self === "this" ? "flow: this" : "flow: tools", ["params: ", around.params()]])
    : self;
  return call(module.runner.name, [local, configOf(step, around), on]);
}

export function typeName(type: StepType, module: ConvertModule): string {
  const isOwn = builtinStepTypes.includes(type);
  const name = isOwn ? exported[type.type] : undefined;
  if (name !== undefined) return module.names.imported("@millrace/document", name);
  return module.stepType(type);
}

/** The fields of its type as they are written, with values in place of expressions. */
function configOf(step: WrittenStep, { module, values }: BodyAround): Source {
  const { draft, trees } = step;
  const isOwn = builtinStepTypes.includes(draft.type!);
  const entries = [...draft.node.entries].filter(([key]) => !(key in stepFields));
  return inBraces(
    entries.map(([key, { value }]) => {
      const tree = trees.fields.get(key);
      const source: Source = tree
        ? (tree.inParts ? partsSource : valueSource)(tree.tree, values)
        : isOwn && key === "as"
          ? module.typeSource(draft.config.as)
          : literal(toData(value));
      return source === key ? key : [`${property(key)}: `, source];
    }),
  );
}
