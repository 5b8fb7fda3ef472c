/** What a run returns, where a document says so by `outputs`. */
import { alternativesIn } from "../lower/outputs.js";
import { expressionsIn, type ValueTree } from "../lower/value-tree.js";
import type { FlowScope } from "./flow-scope.js";
import { property } from "./literals.js";
import { block, inBraces, render, type Source } from "./text-layout.js";
import { type ValueAround, valueSource } from "./value-source.js";

export function flowResult(tree: ValueTree, owner: FlowScope): Source {
  const nothing = { starts: false, conditions: [] };
  const { values, source } = owner.written((around) => resultOf(tree, around), {
    definition: nothing,
    scope: "result",
  });
  const { statements } = values;
  const type = owner.names.imported("millrace", "CallSources", "type");
  const used = ["inputs", "output", "committed"].filter((name) =>
    statements.some((line) => new RegExp(`= ${name}\\b`).test(render(line))),
  );
  const given = used.length > 0 ? `{ ${used.join(", ")} }: ${type}` : "";
  return block(`static result(${given}) {`, [...statements, ["return ", source, ";"]]);
}

/** Fields whose step has not run are left out. */
function resultOf(tree: ValueTree, around: ValueAround): Source {
  if (tree.kind !== "record") return valueSource(tree, around);
  return inBraces(
    [...tree.entries].map(([key, value]) => {
      const source = whereThere(value, around);
      return source === key && property(key) === key ? key : [`${property(key)}: `, source];
    }),
  );
}

function whereThere(value: ValueTree, around: ValueAround): Source {
  const alternatives = alternativesIn(value);
  if (alternatives) return alternatives.map((path) => leniently(path, around)).join(" ?? ");
  const expressions = expressionsIn(value);
  const needed = [
    ...new Set(expressions.flatMap(({ roots, optional }) => roots.filter((name) => !optional.has(name)))),
  ];
  const source = valueSource(value, around);
  const always = (name: string) => name === "input" || name === "state" || around.name(name).text.startsWith("input");
  const absent = needed.filter((name) => !always(name)).map((name) => around.name(name).text);
  if (absent.length === 0 || absent.includes(source as string)) return source;
  return [absent.map((name) => `${name} === undefined`).join(" || "), " ? undefined : ", source];
}

function leniently(
  { root, keys }: { readonly root: string; readonly keys: readonly (string | number)[] },
  around: ValueAround,
) {
  const isName = (key: string | number) => typeof key === "string" && /^[A-Za-z_$][\w$]*$/.test(key);
  return [around.name(root).text, ...keys.map((key) => (isName(key) ? key : `[${JSON.stringify(key)}]`))].join("?.");
}
