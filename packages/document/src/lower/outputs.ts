/** What a flow returns: its `outputs`, or the result of its last step. */
import type { FlowDefinition } from "millrace";
import { z } from "zod";
import { type Expression, follow, type Scope, type Values } from "../expressions/index.js";
import type { FlowFacts } from "./facts.js";
import { treeData } from "./params-data.js";
import { type Roots, rootsOf, valuesOf } from "./roots.js";
import type { FlowContext } from "./types.js";
import { compileTree, expressionsIn, makeValue, type ValueTree } from "./value-tree.js";

export interface OutputTree {
  readonly tree: ValueTree;
  readonly roots: Roots;
}

/** `tree` undefined: the result of the last step is what it returns. */
export interface FlowOutputs {
  readonly tree?: OutputTree;
  readonly schema: z.ZodType | undefined;
}

/** Undefined: there are problems. */
export function outputsOf(
  facts: FlowFacts,
  { scope, flow }: { scope: Scope; flow: FlowContext },
): FlowOutputs | undefined {
  const written = flow.node.entries.get("outputs");
  const path = [...flow.path, "outputs"];
  const { problems } = flow;
  if (!written) {
    const last = facts.drafts.at(-1);
    return { schema: last && facts.results.get(last.id) };
  }
  const before = problems.count;
  const { value } = written;
  const node =
    value.kind === "list"
      ? {
          ...value,
          kind: "map" as const,
          entries: new Map(
            value.items.map((item) => {
              const name = item.kind === "scalar" ? String(item.value) : "";
              return [
                name,
                {
                  place: item.place,
                  value: { ...item, kind: "scalar" as const, style: "plain" as const, value: `{{ ${name} }}` },
                },
              ];
            }),
          ),
        }
      : value;
  const tree = compileTree(node, path, { scope, problems });
  if (problems.count > before) return undefined;
  return { tree: { tree, roots: optional(rootsOf(expressionsIn(tree))) }, schema: schemaOf(tree, scope) };
}

/** What a flow returns can lack what a branch not taken would have made. */
function optional({ names, ...roots }: Roots): Roots {
  return { ...roots, names: new Map([...names.keys()].map((name) => [name, "optional" as const])) };
}

/** A definition whose `result` answers what the outputs are made of. */
export function withResult(
  definition: FlowDefinition,
  outputs: OutputTree | undefined,
  facts: FlowFacts,
): FlowDefinition {
  const { result, resultData: _read, ...rest } = definition;
  if (!outputs || !result) return definition;
  const { tree } = outputs;
  const data = treeData(tree, facts.variables, true);
  return {
    ...rest,
    result: (sources) => makeOutputs(tree, valuesOf(result(sources) as Record<string, unknown>, facts)),
    // what is computed is no data: it is told by name, and given again by whoever reads the definition
    ...(data !== undefined && { resultData: () => data }),
  };
}

/** Fields whose step has not run are left out. */
function makeOutputs(tree: ValueTree, values: Values): unknown {
  if (tree.kind !== "record") return makeValue(tree, values);
  const made: Record<string, unknown> = {};
  for (const [key, value] of tree.entries) {
    const alternatives = alternativesIn(value);
    const absent =
      alternatives?.every(({ root }) => !(root in values)) ??
      expressionsIn(value).some(({ roots, optional }) =>
        roots.some((name) => !optional.has(name) && !(name in values)),
      );
    if (!absent)
      Object.defineProperty(made, key, {
        value: alternatives ? firstOf(alternatives, values) : makeValue(value, values),
        enumerable: true,
        configurable: true,
        writable: true,
      });
  }
  return made;
}

type Paths = NonNullable<Expression["alternatives"]>;

/** Of `{{ orElse(a, b) }}` and nothing else: of two branches one runs, and either may be the one that does not. */
export function alternativesIn(tree: ValueTree): Paths | undefined {
  if (tree.kind !== "template") return undefined;
  const { texts, expressions } = tree.template;
  return expressions.length === 1 && texts.every((text) => text === "") ? expressions[0]!.alternatives : undefined;
}

function firstOf(paths: Paths, values: Values): unknown {
  for (const path of paths) {
    const found = followed(path, values);
    if (found !== undefined && found !== null) return found;
  }
  return undefined;
}

function followed(path: Paths[number], values: Values): unknown {
  try {
    return follow(path, values);
  } catch {
    return undefined;
  }
}

/** Of names whose types are known, the types; all may be absent. */
function schemaOf(tree: ValueTree, scope: Scope): z.ZodType | undefined {
  if (tree.kind !== "record") return undefined;
  const fields: Record<string, z.ZodType> = {};
  for (const [key, value] of tree.entries) fields[key] = (fieldType(value, scope) ?? z.unknown()).optional();
  return z.object(fields);
}

function fieldType(tree: ValueTree, scope: Scope): z.ZodType | undefined {
  if (tree.kind !== "template") return undefined;
  const { texts, expressions } = tree.template;
  if (expressions.length !== 1 || texts.some((text) => text.trim() !== "")) return z.string();
  const { path, alternatives } = expressions[0]!;
  const [first, ...others] = (path ? [path] : (alternatives ?? [])).map((one) => schemaAt(one, scope));
  return others.every((other) => other === first) ? first : undefined;
}

function schemaAt({ root, keys }: Paths[number], scope: Scope): z.ZodType | undefined {
  let schema = scope.schemaOf(root);
  for (const key of keys)
    schema = schema instanceof z.ZodObject ? (schema.shape as Record<string, z.ZodType>)[String(key)] : undefined;
  return schema;
}
