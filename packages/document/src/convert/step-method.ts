/** One step as a method of a class: its decorators, what it takes, what it does. */
import type { StepDefinition } from "millrace";
import type { ItemPart } from "../items/lower-items.js";
import type { LoweredStep } from "../lower/lower-step.js";
import type { Condition } from "../lower/read-condition.js";
import { ownFields } from "../lower/step-references.js";
import { afterRound, roundOnly } from "../lower/step-trees.js";
import { conditionSource } from "./condition-source.js";
import { expressionSource, whole } from "./expression-source.js";
import type { FlowScope, Values } from "./flow-scope.js";
import { collectBody } from "./item-methods.js";
import { docLines, literal, property } from "./literals.js";
import { type Body, type BodyAround, stepBody, typeName } from "./step-body.js";
import { assignment, block, call, flat, inBraces, type Source, withBody } from "./text-layout.js";
import { type ValueAround, valueSource } from "./value-source.js";

export function stepMethod(step: LoweredStep, definition: StepDefinition, owner: FlowScope): readonly Source[] {
  const { common, id } = step.draft;
  return [
    ...docLines(common.description),
    ...decorators(step, definition, owner),
    method(id, step, { definition, owner }),
  ];
}

/** What asks the `when` of a step for each item, before it is handed several. */
export function gateMethod(
  step: LoweredStep,
  definition: StepDefinition,
  { part, owner }: { readonly part: Extract<ItemPart, { role: "gate" }>; readonly owner: FlowScope },
): readonly Source[] {
  const [condition] = definition.conditions as readonly Condition[];
  const options = [...eachOf(step), ...whenOf(step, definition, owner)];
  const { values, source } = owner.written(
    (around) => inBraces(part.wanted.map((name) => [`${name}: `, around.name(name).text])),
    { definition, scope: "method", part },
  );
  const on = conditionSource(condition!, owner);
  return [
    call(`@${owner.names.imported("millrace", "forEach")}`, [on, inBraces(options)]),
    withBody(call(JSON.stringify(definition.name), values.parameters), [
      ...values.statements,
      ["return ", source, ";"],
    ]),
  ];
}

function decorators(step: LoweredStep, definition: StepDefinition, owner: FlowScope): readonly Source[] {
  const { starts, conditions, router, routes } = definition;
  const { names } = owner.module;
  const options = optionsOf(step, definition, owner);
  const labels: Source[] = routes ? [["routes: ", literal(routes)]] : [];
  const decorator = (name: string, ...args: readonly Source[]): Source =>
    call(`@${names.imported("millrace", name)}`, args);
  const given = (entries: readonly Source[]) => (entries.length > 0 ? [inBraces(entries)] : []);
  const [condition] = conditions as readonly Condition[];
  if (!condition)
    return [decorator("start", ...given(options)), ...(router ? [decorator("router", ...given(labels))] : [])];
  const on = conditionSource(condition, owner);
  // of stacked ones, `when` belongs to its own
  const stacked = starts ? [decorator("start", ...given(whenOf(step, definition, owner)))] : [];
  if (definition.forEach) {
    const { batch } = definition.forEach;
    const elements = batch === undefined ? on : call(names.imported("millrace", "batches"), [on, String(batch)]);
    return [decorator("forEach", elements, ...given([...eachOf(step), ...options]))];
  }
  if (router) return [...stacked, decorator("router", on, ...given([...labels, ...options]))];
  return [...stacked, decorator("listen", on, ...given(options))];
}

/** Items that fail pass by. */
const eachOf = ({ draft: { common } }: LoweredStep): readonly Source[] => [
  ...(common.workers === undefined ? [] : [`concurrency: ${common.workers}`]),
  'onError: "collect"',
];

function optionsOf(step: LoweredStep, definition: StepDefinition, owner: FlowScope): readonly Source[] {
  const { draft, spec } = step;
  const { type, common } = draft;
  const retry = typeof common.retry === "number" ? { attempts: common.retry } : common.retry;
  const entries: Source[] = [];
  if (retry !== undefined) {
    const policy = Object.entries(retry).map(([key, value]): Source => [`${key}: `, literal(value)]);
    if (type?.retryIf) policy.push(`if: ${typeName(type, owner.module)}.retryIf`);
    entries.push(["retry: ", inBraces(policy)]);
  }
  if (spec.timeout !== undefined) entries.push(["timeout: ", literal(spec.timeout)]);
  return [...entries, ...whenOf(step, definition, owner)];
}

function whenOf({ trees }: LoweredStep, definition: StepDefinition, owner: FlowScope): readonly Source[] {
  const { when } = trees;
  const part = owner.source.items.get(definition.name);
  if (!when || !definition.when || part?.role === "collect") return [];
  const { values, source } = owner.written((around) => expressionSource(when, around).text, {
    definition,
    scope: "when",
    part,
  });
  const [payload = "_payload"] = values.parameters;
  const sources = owner.sourcesOf(String(source));
  const usesPayload = values.parameters.length > 0;
  const usesState = /\bstate\b/.test(String(source));
  const parameters: Source[] = [
    usesState ? "state" : "_state",
    ...(usesPayload || sources ? [usesPayload ? payload : "_payload: any"] : []),
    ...(sources ? [sources] : []),
  ];
  const flatParameters = parameters.map((one) => flat(one)!);
  const only = flatParameters.length === 1 && usesState ? "(state)" : `(${flatParameters.join(", ")})`;
  return [assignment(`when: ${only} =>`, source, "")];
}

function method(
  id: string,
  step: LoweredStep,
  { definition, owner }: { readonly definition: StepDefinition; readonly owner: FlowScope },
): Source {
  const part = owner.source.items.get(definition.name);
  if (part?.role === "collect") {
    const { before = [], result, parameter } = collectBody(step, part, owner);
    return withBody(call(id, [parameter]), [...before, ["return ", result, ";"]]);
  }
  const { values, source: body } = owner.written((around, own) => methodBody(step, { around, own, owner }), {
    definition,
    scope: "method",
    part,
  });
  const parameters = values.parameters;
  const head = call(id, parameters);
  const isBatch = part?.role === "stage" && part.batch !== undefined;
  const made = isBatch
    ? call(owner.names.imported("millrace", "batched"), [body.async ? body.result : ["await ", body.result]])
    : body.result;
  const result: Source = ["return ", made, ";"];
  const lines: Source[] = [...values.statements, ...(body.before ?? []), result];
  return withBody(head, lines, body.async || isBatch ? "async " : "");
}

interface InMethod {
  readonly around: ValueAround;
  readonly own: Values;
  readonly owner: FlowScope;
}

function methodBody(step: LoweredStep, { around, own, owner }: InMethod): Body {
  const { draft, trees, spec, handedBy, takesNothing } = step;
  const { module } = owner;
  const params = (): Source => {
    if (trees.with) return valueSource(trees.with, around);
    if (handedBy !== undefined) return own.name(handedBy).text;
    return spec.on === undefined ? "undefined" : own.payload().text;
  };
  const isPerItem = owner.source.items.get(draft.id)?.role === "stage";
  const isGiven = trees.with !== undefined || handedBy !== undefined || (spec.on !== undefined && !takesNothing);
  const home: BodyAround = {
    module,
    values: around,
    params: checkedParams(step, owner, params),
    isGiven,
    isPerItem,
    self: "this",
  };
  if (draft.common.repeat) return repeatedBody(step, { home, own, owner });
  const body = stepBody(step, home);
  const { cache } = draft.common;
  if (cache === undefined) return body;
  const ttl = typeof cache === "object" ? cache.ttl : cache;
  return cachedBody(step, body, { home, ttl });
}

/** What `input` of a step type of the project's own checks, `runStep` does. */
function checkedParams(_step: LoweredStep, _owner: FlowScope, params: () => Source): () => Source {
  return params;
}

function cachedBody(
  { draft, trees }: LoweredStep,
  body: Body,
  { home, ttl }: { readonly home: BodyAround; readonly ttl: unknown },
): Body {
  const { module, values, params, isGiven } = home;
  const fields = Object.entries(ownFields(draft))
    .filter(([name]) => name !== "run")
    .map(([name, written]): Source => {
      const tree = trees.fields.get(name)?.tree;
      return [`${property(name)}: `, tree ? valueSource(tree, values) : literal(written)];
    });
  const run = draft.config.run as string | undefined;
  const key: Source[] = [
    JSON.stringify(run ?? draft.common.type),
    ...(isGiven ? [params()] : []),
    ...(fields.length > 0 ? [inBraces(fields)] : []),
    ...(run === undefined ? [] : [module.functionName(run)]),
  ];
  const keyed: Source = { kind: "group", open: "[", items: key, close: "]", pad: "", comma: "," };
  return {
    ...body,
    result: call(`${module.runner.name}.cached`, [literal(ttl), keyed, ["() => ", parenthesized(body.result)]]),
  };
}

function repeatedBody(
  step: LoweredStep,
  { home, own, owner }: { readonly home: BodyAround; readonly own: Values; readonly owner: FlowScope },
): Body {
  const { draft, trees } = step;
  const { module } = owner;
  const { max } = draft.common.repeat!;
  const scope = owner.source.scope.with(afterRound);
  const inner: ValueAround = {
    ...home.values,
    scope,
    name: (name) => (name === "result" || name === "round" ? whole(name) : own.name(name)),
  };
  const goesOn = expressionSource(trees.again!, inner).text;
  const usesRound = /\bround\b/.test(goesOn);
  const options = inBraces([`while: (result: any${usesRound ? ", round" : ""}) => ${goesOn}`, `max: ${max}`]);
  const repeated = module.names.imported("millrace", "repeated");
  const tools = `${module.names.imported("millrace", "toolsOf")}(this)`;
  if (draft.kind === "flow") {
    const given = home.isGiven ? home.params() : "{}";
    return {
      before: [["const again = ", call(repeated, [module.flow(String(draft.config.flow)), options]), ";"]],
      result: call("again", [given, tools]),
    };
  }
  const round = stepBody(step, {
    ...home,
    values: { ...inner, scope: owner.source.scope.with(roundOnly) },
    self: "tools",
  });
  const code: Source = round.before
    ? block("{", [...round.before, ["return ", round.result, ";"]])
    : parenthesized(round.result);
  const uses = (name: string) => new RegExp(`\\b${name}\\b`).test(textOf(code));
  const tail = uses("round")
    ? `_given, ${uses("tools") ? "tools" : "_tools"}, round`
    : uses("tools")
      ? "_given, tools"
      : "";
  const head = `${round.async ? "async " : ""}(${tail}) => `;
  return {
    before: [["const again = ", call(repeated, [[head, code], options]), ";"]],
    result: call("again", ["{}", tools]),
  };
}

const textOf = (source: Source): string => JSON.stringify(source);

/** An object behind an arrow is none without. */
export function parenthesized(source: Source): Source {
  const first = Array.isArray(source) ? source[0] : source;
  const text = typeof first === "string" ? first : (first as { open?: string }).open;
  return text?.startsWith("{") ? ["(", source, ")"] : source;
}
