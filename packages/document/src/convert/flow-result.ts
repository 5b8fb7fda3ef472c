/** What a run returns, where a document says so by `outputs`. */
import { alternativesIn } from "../lower/outputs.js";
import { expressionsIn, type ValueTree } from "../lower/value-tree.js";
import type { FlowScope } from "./flow-scope.js";
import { property } from "./literals.js";
import { assignment, block, flat, inBraces, render, type Source } from "./text-layout.js";
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
      const alternatives = alternativesIn(value);
      const source = alternatives?.map((path) => leniently(path, around)).join(" ?? ") ?? valueSource(value, around);
      const absent = alternatives ? "" : whereAbsent(value, source, around);
      if (absent !== "") return unless(absent, `${property(key)}:`, source);
      return source === key && property(key) === key ? key : [`${property(key)}: `, source];
    }),
  );
}

function unless(absent: string, head: string, source: Source): Source {
  const inOne = flat(source);
  return inOne === undefined
    ? [`${head} ${absent} ? undefined : `, source]
    : assignment(head, [absent, "undefined", inOne], "");
}

/** The condition under which a step that the value needs has not run; empty: there is none, or the value itself is absent then. */
function whereAbsent(value: ValueTree, source: Source, around: ValueAround): string {
  const expressions = expressionsIn(value);
  const needed = [
    ...new Set(expressions.flatMap(({ roots, optional }) => roots.filter((name) => !optional.has(name)))),
  ];
  const always = (name: string) => name === "input" || name === "state" || around.name(name).text.startsWith("input");
  const absent = needed.filter((name) => !always(name)).map((name) => around.name(name).text);
  return absent.includes(source as string) ? "" : absent.map((name) => `${name} === undefined`).join(" || ");
}

function leniently(
  { root, keys }: { readonly root: string; readonly keys: readonly (string | number)[] },
  around: ValueAround,
) {
  const isName = (key: string | number) => typeof key === "string" && /^[A-Za-z_$][\w$]*$/.test(key);
  return [around.name(root).text, ...keys.map((key) => (isName(key) ? key : `[${JSON.stringify(key)}]`))].join("?.");
}
