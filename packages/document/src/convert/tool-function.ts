/** A tool of a document as a function of the module, with the schema of its parameters. */
import type { ToolSource } from "../lower/lower-tools.js";
import type { ConvertModule, WriteTool } from "./convert-module.js";
import { whole } from "./expression-source.js";
import { docLines } from "./literals.js";
import { type Body, stepBody } from "./step-body.js";
import { block, call, render } from "./text-layout.js";
import type { ValueAround } from "./value-source.js";

export function toolFunction(local: string, tool: ToolSource, module: ConvertModule): ReturnType<WriteTool> {
  const { draft, trees, scope, parameters } = tool;
  const { names } = module;
  const schema = names.declared(`${local}Parameters`);
  const helper = (name: string) => () => names.imported("@millrace/document", name);
  const values: ValueAround = {
    scope,
    name: () => whole("params", parameters),
    outcome: () => "undefined",
    evaluate: helper("evaluate"),
    textOf: helper("textOf"),
    parts: helper("parts"),
  };
  const body: Body = stepBody(
    { draft, trees },
    { module, values, params: () => "params", isGiven: true, self: "tools" },
  );
  names.imported("zod", "z");
  const result = render(["return ", body.result, ";"], 2);
  const usesTools = /\btools\b/.test([...(body.before ?? []).map((line) => render(line)), result].join("\n"));
  const tools = usesTools ? [`tools: ${names.imported("millrace", "StepTools", "type")}`] : [];
  const head = render(
    call(`${body.async ? "async " : ""}function ${local}`, [`given: z.input<typeof ${schema}>`, ...tools]),
  );
  const usesParams = /\bparams\b/.test(result);
  const parsed = `${usesParams ? "const params = " : ""}${schema}.parse(given);`;
  const lines = [
    render([`const ${schema} = `, module.schemas.of(parameters), ";"]),
    "",
    ...docLines(draft.common.description),
    render(block(`${head} {`, [parsed, ...(body.before ?? []), ["return ", body.result, ";"]])),
  ];
  return { lines, schema, takesTools: usesTools };
}
