/** What a step says of tools, as the model is handed them. */
import type { ProjectTool, StepContext, StepProblem, StepProject } from "@millrace/document";
import type { StepTools } from "millrace";
import { z } from "zod";
import { flowTool } from "../tools/flow-tool.js";
import { tool } from "../tools/tool.js";
import type { AnyTool, ToolRecord } from "../tools/tool-record.js";
import type { ToolField } from "./fields.js";
import { toolNamePattern } from "./names.js";

export function toolRecord(fields: readonly ToolField[], project: StepProject): ToolRecord {
  return Object.fromEntries(fields.map((field) => [nameOf(field), toolOf(field, project)]));
}

function toolOf(field: ToolField, project: StepProject): AnyTool {
  const given = typeof field === "string" ? { tool: field } : field;
  const { description, approval } = given as { readonly description?: string; readonly approval?: boolean };
  const shared = { ...(description !== undefined && { description }), ...(approval !== undefined && { approval }) };
  if ("flow" in given) return flowTool(project.flow(given.flow) as never, shared);
  if ("client" in given) return tool({ ...shared, ...clientTypes(given, (written) => project.type(written)) });
  const found = project.tool(given.tool);
  return tool({
    description: found.description,
    parameters: found.parameters,
    run: (params, tools) => finished(found.run({ params, tools }), tools),
    ...shared,
    ...(typeof field === "object" && "once" in field && field.once !== undefined && { once: field.once }),
  });
}

type ClientField = Extract<ToolField, { readonly client: string }>;

/** Of a tool of the client's. */
function clientTypes({ parameters = {}, as }: ClientField, type: (written: unknown) => z.ZodType) {
  return {
    parameters: Object.keys(parameters).length === 0 ? z.object({}) : type(parameters),
    ...(as !== undefined && { output: type(as) }),
  };
}

/** A generator's yields are chunks, what it returns is its result; where it returns nothing, what it has yielded is. */
async function finished(made: ReturnType<ProjectTool["run"]>, { emit }: StepTools): Promise<unknown> {
  const value = await made;
  if (!isStream(value)) return value;
  const yielded: unknown[] = [];
  for (;;) {
    const next = await value.next();
    if (next.done) return next.value === undefined ? yielded : next.value;
    yielded.push(next.value);
    emit(next.value);
  }
}

const isStream = (made: unknown): made is Generator<unknown, unknown> | AsyncGenerator<unknown, unknown> =>
  typeof made === "object" &&
  made !== null &&
  "next" in made &&
  (Symbol.asyncIterator in made || Symbol.iterator in made);

export function nameOf(field: ToolField): string {
  if (typeof field === "string") return field;
  if ("client" in field) return field.client;
  return field.name ?? ("flow" in field ? field.flow : field.tool);
}

export function toolProblems(fields: readonly ToolField[], context: StepContext): readonly StepProblem[] {
  const { tools } = context;
  const names = new Set<string>();
  return fields.flatMap((field, i): StepProblem[] => {
    const path = ["tools", i];
    const name = nameOf(field);
    const isTwice = names.has(name);
    names.add(name);
    if (isTwice)
      return [
        {
          path,
          message: `Two tools are called "${name}".`,
          hint: "Give one of them another name: `{ tool: …, name: … }`.",
        },
      ];
    if (!toolNamePattern.test(name))
      return [
        {
          path,
          message: `Models can't call "${name}": names of tools are 64 letters, digits, - and _ at most.`,
          hint: "Give it another name: `{ flow: …, name: … }`.",
        },
      ];
    if (typeof field === "object" && "client" in field) return [...clientProblems(field, { path, context })];
    const found = typeof field === "string" ? tools.get(field) : "tool" in field ? tools.get(field.tool) : undefined;
    return found && !isObject(found)
      ? [{ path, message: `The tool "${name}" takes no parameters by name.`, hint: "Give it `parameters`." }]
      : [];
  });
}

function clientProblems(
  { parameters = {}, as }: ClientField,
  { path, context }: { readonly path: readonly (string | number)[]; readonly context: StepContext },
): readonly StepProblem[] {
  const written = [
    ...Object.entries(parameters).map(([name, one]) => [["parameters", name], one] as const),
    ...(as === undefined ? [] : [[["as"], as] as const]),
  ];
  return written.flatMap(([inside, one]) => {
    const type = context.type(one);
    return "problem" in type ? [{ path: [...path, ...inside], ...type.problem }] : [];
  });
}

const isObject = ({ parameters }: Pick<ProjectTool, "parameters">) => "shape" in parameters;
