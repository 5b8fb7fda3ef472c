/** Documents with every kind of mistake: each is told where it stands, all at once, and nothing else is thrown. */

import { join } from "node:path";
import { loadDocument, validateDocument } from "@millrace/document";
import { FlowError } from "millrace";
import { describe, expect, test } from "vitest";
import { projectOf } from "./support/project.js";

const steps = "export const good = ({ topic }) => topic;\nexport const other = 1;\n";
const problemsOf = async (yaml: string) => {
  const root = projectOf({ "flow.yaml": yaml, "steps.mjs": steps });
  const found = await validateDocument(join(root, "flow.yaml"), { env: { TOKEN: "secret-token" } });
  return found.map(({ code, line, column, nearest }) => [
    code,
    line,
    column,
    ...(nearest === undefined ? [] : [nearest]),
  ]);
};
const flow = (...lines: string[]) =>
  `flows:\n  - id: a\n    steps:\n${lines.map((line) => `      ${line}\n`).join("")}`;

describe("told at its place", () => {
  test.each<[string, string, unknown[]]>([
    ["no flows", "name: a\n", [["DOCUMENT_FIELD_INVALID", 1, 1]]],
    ["a list", "- a\n", [["DOCUMENT_FIELD_INVALID", 1, 1]]],
    [
      "an unknown section",
      "flwos: []\nflows: [{ id: a, steps: [{ id: x, type: echo }] }]\n",
      [["DOCUMENT_FIELD_UNKNOWN", 1, 1, "flows"]],
    ],
    ["no steps", "flows:\n  - id: a\n    steps: []\n", [["FLOW_HAS_NO_STEPS", 3, 5]]],
    ["steps left out", "flows:\n  - id: a\n", [["FLOW_HAS_NO_STEPS", 2, 5]]],
    ["an unknown type", flow("- id: x", "  type: tempalte"), [["DOCUMENT_UNKNOWN_NAME", 5, 15, "template"]]],
    ["an unknown field", flow("- id: x", "  type: echo", "  vlaue: 1"), [["DOCUMENT_FIELD_UNKNOWN", 6, 9, "value"]]],
    ["a missing field", flow("- id: x", "  type: template"), [["DOCUMENT_FIELD_INVALID", 4, 9]]],
    ["no id", flow("- type: echo"), [["DOCUMENT_FIELD_INVALID", 4, 9]]],
    ["an id that can't be named", flow("- id: a b", "  type: echo"), [["DOCUMENT_FIELD_INVALID", 4, 13]]],
    ["an id that means something", flow("- id: state", "  type: echo"), [["DOCUMENT_FIELD_INVALID", 4, 13]]],
    ["a step twice", flow("- { id: x, type: echo }", "- { id: x, type: echo }"), [["DOCUMENT_DUPLICATE", 5, 15]]],
    [
      "a flow twice",
      `${flow("- { id: x, type: echo }")}  - id: a\n    steps: [{ id: x, type: echo }]\n`,
      [["DOCUMENT_DUPLICATE", 5, 9]],
    ],
    ["no duration", flow("- { id: x, type: echo, timeout: 5 minutes }"), [["DOCUMENT_FIELD_INVALID", 4, 39]]],
    [
      "an unknown name",
      flow("- { id: first, type: echo }", '- { id: x, type: echo, value: "{{ frist.a }}" }'),
      [["DOCUMENT_UNKNOWN_NAME", 5, 41, "first"]],
    ],
    [
      "an expression that can't be read",
      flow('- { id: x, type: echo, value: "{{ 1 + }}" }'),
      [["DOCUMENT_EXPRESSION_INVALID", 4, 44]],
    ],
    ["braces left open", flow('- { id: x, type: echo, value: "{{ 1" }'), [["DOCUMENT_EXPRESSION_INVALID", 4, 38]]],
    [
      "a `when` that is no question",
      flow("- { id: x, type: echo, when: size(input.a) }"),
      [["DOCUMENT_EXPRESSION_INVALID", 4, 36]],
    ],
    [
      "a condition on nobody",
      flow("- { id: x, type: echo }", "- { id: y, type: echo, on: x or z }"),
      [["DOCUMENT_UNKNOWN_NAME", 5, 39, "x"]],
    ],
    [
      "a condition that can't be read",
      flow("- { id: x, type: echo }", "- { id: y, type: echo, on: x and }"),
      [["DOCUMENT_FIELD_INVALID", 5, 39]],
    ],
    [
      "a word that conditions lack",
      flow("- { id: x, type: echo }", "- { id: y, type: echo, on: { xor: [x] } }"),
      [["DOCUMENT_FIELD_INVALID", 5, 41, "or"]],
    ],
    [
      "a step after a router",
      flow("- { id: x, type: router, cases: [{ otherwise: go }] }", "- { id: y, type: echo }"),
      [["DOCUMENT_FIELD_INVALID", 5, 9]],
    ],
    [
      "a case that is never asked",
      flow("- { id: x, type: router, cases: [{ otherwise: go }, { otherwise: on }] }"),
      [["DOCUMENT_FIELD_INVALID", 4, 59]],
    ],
    [
      "a label that is a step",
      flow("- { id: x, type: router, cases: [{ otherwise: y }] }", "- { id: y, type: echo, on: x }"),
      [["PLAN_LABEL_IS_STEP", 4, 53]],
    ],
    ["an unknown flow", flow("- { id: x, type: flow, flow: b }"), [["DOCUMENT_UNKNOWN_NAME", 4, 36, "a"]]],
    ["a flow of itself", flow("- { id: x, type: flow, flow: a }"), [["DOCUMENT_RECURSION", 4, 36]]],
    ["an unknown named step", flow("- reserch"), [["DOCUMENT_UNKNOWN_NAME", 4, 9]]],
    [
      "an unknown type of a field",
      `types: { A: { b: txt } }\n${flow("- { id: x, type: echo }")}`,
      [["DOCUMENT_UNKNOWN_NAME", 1, 18, "text"]],
    ],
    [
      "a default of the wrong type",
      `flows:\n  - id: a\n    state: { n: { type: int, default: many } }\n    steps: [{ id: x, type: echo }]\n`,
      [["DOCUMENT_FIELD_INVALID", 3, 39]],
    ],
    [
      "a module that is not there",
      flow("- { id: x, type: code, run: ./gone.mjs#good }"),
      [["DOCUMENT_MODULE_INVALID", 4, 35]],
    ],
    [
      "an export that is not there",
      flow("- { id: x, type: code, run: ./steps.mjs#god }"),
      [["DOCUMENT_MODULE_INVALID", 4, 35, "good"]],
    ],
    [
      "a module outside",
      flow("- { id: x, type: code, run: ../../steps.mjs#good }"),
      [["DOCUMENT_MODULE_INVALID", 4, 35]],
    ],
    [
      "a variable that is not set",
      flow(`- { id: x, type: echo, value: "\${TOKNE}" }`),
      [["DOCUMENT_ENV_MISSING", 4, 38, "TOKEN"]],
    ],
    [
      "an include that is not there",
      `include: ./gone.yaml\n${flow("- { id: x, type: echo }")}`,
      [["DOCUMENT_INCLUDE_INVALID", 1, 10]],
    ],
    [
      "an include outside",
      `include: ../../../../../../etc/passwd\n${flow("- { id: x, type: echo }")}`,
      [["DOCUMENT_INCLUDE_INVALID", 1, 10]],
    ],
    [
      "an include of itself",
      `include: ./flow.yaml\n${flow("- { id: x, type: echo }")}`,
      [["DOCUMENT_INCLUDE_INVALID", 1, 10]],
    ],
    [
      "a connection of an unknown type",
      `connections: { api: { type: htpp } }\n${flow("- { id: x, type: echo }")}`,
      [["DOCUMENT_UNKNOWN_NAME", 1, 29, "http"]],
    ],
    [
      "a parameter of a wrong type",
      `flows:\n  - id: a\n    steps: [{ id: x, type: flow, flow: b, with: { n: "12" } }]\n  - id: b\n    inputs: { n: int }\n    steps: [{ id: y, type: echo, value: "{{ input.n }}" }]\n`,
      [["DOCUMENT_TYPE_MISMATCH", 3, 54]],
    ],
    [
      "a variable that nothing makes",
      `flows:\n  - id: a\n    variables: { q: text, z: text }\n    inputs: [q]\n    steps: [{ id: y, type: echo, inputs: [z] }]\n`,
      [["DOCUMENT_UNKNOWN_NAME", 5, 43]],
    ],
  ])("%s", async (_, yaml, expected) => {
    expect(await problemsOf(yaml)).toEqual(expected);
  });
});

test("all problems come at once, in the order of the lines", async () => {
  const yaml = flow(
    "- { id: x, type: tempalte }",
    '- { id: y, type: echo, value: "{{ nix }}", retires: 3 }',
    "- { id: y, type: echo, on: nobody }",
  );
  const lines = (await problemsOf(yaml)).map(([, line]) => line);
  expect(lines).toEqual([4, 5, 5, 6, 6]);
});

test("two files that define the same are told of both places", async () => {
  const yaml = `include: [./more.yaml]\ntypes: { A: text }\n${flow("- { id: x, type: echo }")}`;
  const root = projectOf({ "flow.yaml": yaml, "more.yaml": "types:\n  A: int\n" });
  const [problem] = await validateDocument(join(root, "flow.yaml"));
  expect(problem).toMatchObject({
    code: "DOCUMENT_DUPLICATE",
    line: 2,
    column: 3,
    message: expect.stringContaining("flow.yaml:2:10"),
  });
});

test("what loading throws is one error, with the problems as data", async () => {
  const root = projectOf({ "flow.yaml": "flows: 3\n" });
  const error = await loadDocument(join(root, "flow.yaml")).catch((error: unknown) => error);
  expect(FlowError.is(error, "DOCUMENT_INVALID")).toBe(true);
  expect(await loadDocument(join(root, "none.yaml")).catch(({ code }) => code)).toBe("DOCUMENT_INVALID");
  expect(await loadDocument([]).catch(({ code }) => code)).toBe("DOCUMENT_INVALID");
});

test("a hundred problems are listed, the rest is counted", async () => {
  const many = Array.from({ length: 300 }, (_, i) => `- { id: x${i}, type: nothing }`);
  const root = projectOf({ "flow.yaml": flow(...many) });
  const { details } = await loadDocument(join(root, "flow.yaml")).catch((error) => error);
  expect([details.problems.length, details.more]).toEqual([100, 200]);
});
