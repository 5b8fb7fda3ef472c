/** `tools:` of documents: a step's type with its config, parameters of its own, and a name that steps call it by. */
import { z } from "zod";
import { Scope } from "../expressions/index.js";
import type { ImportModule } from "../load/project.js";
import type { Named, Sections } from "../load/sections.js";
import { stepFields } from "../schema/fields.js";
import type { MapNode, SourceNode } from "../source/index.js";
import type { ProjectTool } from "../step-context.js";
import type { StepType } from "../step-type.js";
import { routesOf } from "./names.js";
import { stepContext } from "./result-types.js";
import { stepChecks } from "./step-checks.js";
import { draftStep, type StepDraft } from "./step-draft.js";
import { referencesOf } from "./step-references.js";
import { stepTrees } from "./step-trees.js";
import type { FlowContext, PerFlow } from "./types.js";
import { makeParts, makeValue } from "./value-tree.js";
import { readDeclarations } from "./variables.js";

/** What a tool was made of, for what writes it down in another way. */
export interface ToolSource {
  readonly draft: StepDraft;
  readonly trees: ReturnType<typeof stepTrees>;
  readonly scope: Scope;
  readonly parameters: z.ZodObject;
}

const sources = new WeakMap<object, ToolSource>();
export const sourceOfTool = (tool: object): ToolSource => sources.get(tool)!;

interface ToolsContext extends Omit<FlowContext, PerFlow> {
  readonly stepTypes: ReadonlyMap<string, StepType>;
  readonly importModule: ImportModule | undefined;
}

/** What of a step a tool has, beside what its type takes. */
const ownFields = ["type", "description"];

/** Fills `project.tools`. What is wrong is told where it stands. */
export async function lowerTools({ tools, flows }: Sections, context: ToolsContext): Promise<void> {
  const flowIds = flows.map(({ name }) => name);
  for (const named of tools.values()) {
    const { node, path, name } = named;
    if (node.kind === "map" && isUnnamed(named)) {
      const at = node.entries.get("id");
      const words = {
        message: at ? "The `id` of a tool is no text." : "A tool of a list needs an `id`.",
        hint: "Write `id: weather`: steps and models name the tool by it.",
      };
      context.problems.add("DOCUMENT_FIELD_INVALID", { place: at?.place ?? node.place, path: [...path, "id"] }, words);
      continue;
    }
    if (node.kind !== "map") {
      const words = {
        message: isListed(named) ? "A tool of a list is no mapping." : `The tool "${name}" is no mapping.`,
        hint: isListed(named)
          ? "Write `{ id: weather, type: …, parameters: … }`."
          : "Write `type:` and what that type takes under its name.",
      };
      context.problems.add("DOCUMENT_FIELD_INVALID", { place: node.place, path }, words);
      continue;
    }
    const draft = draftTool(named, node, context);
    if (!draft || remembers(draft, context)) continue;
    await importModules(draft, context);
    context.project.tools.set(name, toolOf(draft, { name, node }, { ...context, flowIds }));
  }
}

const isListed = ({ path }: Named) => typeof path.at(-1) === "number";
/** By which it is named anyway. */
const isId = (node: SourceNode, name: string) => node.kind === "scalar" && node.value === name;
const isUnnamed = ({ name }: Named) => name.startsWith("\u0000");

function draftTool(named: Named, node: MapNode, { problems, stepTypes }: ToolsContext) {
  const { name, path, place } = named;
  const entries = new Map([
    ["id", { place, value: { kind: "scalar", place, style: "plain", value: "tool" } as const }],
  ]) as Map<string, NonNullable<ReturnType<MapNode["entries"]["get"]>>>;
  for (const [key, entry] of node.entries) {
    if (key === "parameters" || (key === "id" && isId(entry.value, name))) continue;
    if (key in stepFields && !ownFields.includes(key)) {
      const words = {
        message: `A tool has no \`${key}\`.`,
        hint: "Say it in the steps that call the tool.",
        allowed: [...ownFields, "parameters"],
      };
      problems.add("DOCUMENT_FIELD_UNKNOWN", { place: entry.place, path: [...path, key] }, words);
    } else entries.set(key, entry);
  }
  const draft = draftStep({ ...node, entries }, path, { problems, stepTypes, named: new Map(), ghosts: new Set() });
  if (!draft) return undefined;
  const { kind, type } = draft;
  if (kind === "typed" && type?.type !== "tool" && type?.items === undefined && routesOf(draft).length === 0)
    return draft;
  const at = draft.at("type");
  const words = {
    message: `"${draft.common.type}" can't be the type of a tool ("${name}").`,
    hint: "A tool makes a result: take `code`, `http`, `sql` or the like.",
  };
  problems.add("DOCUMENT_FIELD_INVALID", { place: at.node?.place ?? place, path: at.path }, words);
  return undefined;
}

/** What remembers is a step, in whose flow's state the memory stands. */
function remembers(draft: StepDraft, { problems }: ToolsContext): boolean {
  const found = referencesOf(draft).find(({ section }) => section === "memories");
  if (!found) return false;
  const { node, path } = draft.at(...found.path);
  const words = {
    message: "A tool has no memory.",
    hint: "Let the step that calls the tool remember, and hand the tool what it needs.",
  };
  problems.add("DOCUMENT_FIELD_INVALID", { place: node?.place ?? draft.place, path }, words);
  return true;
}

async function importModules(draft: StepDraft, { project, problems, importModule }: ToolsContext): Promise<void> {
  if (!importModule) return;
  for (const reference of draft.type?.references?.(draft.config) ?? []) {
    const wrong = await project.import(reference, importModule);
    if (!wrong) continue;
    const { node, path } = draft.at("run");
    const { hint = "", ...words } = wrong;
    problems.add("DOCUMENT_MODULE_INVALID", { place: node?.place ?? draft.place, path }, { ...words, hint });
  }
}

function toolOf(
  draft: StepDraft,
  { name: id, node }: { readonly name: string; readonly node: MapNode },
  context: ToolsContext & Pick<FlowContext, "flowIds">,
): ProjectTool {
  const { problems, types, project } = context;
  const { path, config, common } = draft;
  const type = draft.type!;
  const declared = readDeclarations("parameters", { node, path, types, problems });
  const parameters = z.strictObject(Object.fromEntries(declared));
  const around: FlowContext = {
    ...context,
    id: `tool ${id}`,
    node,
    path,
    ghosts: new Set(),
    whole: true,
    flow: () => undefined,
  };
  const scope = new Scope(new Map([["params", parameters]]));
  const trees = stepTrees(draft, { scope, problems });
  stepChecks(draft, { trees, schema: undefined, flow: around, position: 0 });
  const output = type.output?.(config, stepContext(id, around));
  const tool: ProjectTool = {
    id,
    description: common.description ?? "",
    parameters,
    output,
    run({ params, tools }) {
      const made: Record<string, unknown> = { ...config };
      for (const [name, { tree, inParts }] of trees.fields)
        made[name] = inParts ? makeParts(tree, { params }) : makeValue(tree, { params });
      return type.run({ config: made, params, tools, project });
    },
  };
  sources.set(tool, { draft, trees, scope, parameters });
  return tool;
}
