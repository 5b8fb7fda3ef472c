/** All flows of a project's documents, those that others run first. */

import { limits } from "../limits.js";
import { checkReference, type ExportsOf } from "../load/check-reference.js";
import { checkConnections, connectionTypesOf } from "../load/connections.js";
import type { DocumentFlow } from "../load/document-flow.js";
import type { Env } from "../load/interpolate.js";
import { type ImportModule, LoadedProject } from "../load/project.js";
import { checkResources } from "../load/resources.js";
import type { Named, Sections } from "../load/sections.js";
import type { Problems } from "../problems/index.js";
import { flowSchema } from "../schema/fields.js";
import { reportIssues } from "../schema/report-issues.js";
import { type MapNode, placeAt, toData } from "../source/index.js";
import type { StepType } from "../step-type.js";
import { DocumentTypes } from "../types/index.js";
import { lowerDocumentFlow } from "./lower-flow.js";
import { lowerTools } from "./lower-tools.js";
import { draftStep, type StepDraft } from "./step-draft.js";
import type { FlowContext, LoweredFlow, PerFlow } from "./types.js";

export interface LowerOptions {
  readonly root: string;
  readonly env: Env;
  readonly problems: Problems;
  readonly stepTypes: ReadonlyMap<string, StepType>;
  readonly exportsOf: ExportsOf;
  /** Undefined: nothing is imported. */
  readonly importModule: ImportModule | undefined;
}

interface Drafted {
  readonly named: Named & { readonly node: MapNode };
  readonly drafts: readonly StepDraft[];
  /** Ids of steps that could not be read: they are there for what refers to them. */
  readonly ghosts: ReadonlySet<string>;
  /** Whether all of it could be read. */
  readonly whole: boolean;
}

export async function lowerFlows(sections: Sections, options: LowerOptions): Promise<readonly DocumentFlow[]> {
  const { problems, root, env } = options;
  const types = new DocumentTypes(new Map([...sections.types].map(([name, { node }]) => [name, toData(node)])));
  checkTypes(sections, types, problems);
  const connectionTypes = connectionTypesOf(options.stepTypes.values());
  const connections = checkConnections(sections.connections, { env, problems, types: connectionTypes });
  const { models, memories } = checkResources(sections, { connections, problems });
  const project = new LoadedProject({ root, env, types, connections, models, memories });
  const drafted = sections.flows
    .map((named) => draftFlow(named, sections, options))
    .filter((flow) => flow !== undefined);
  if (options.importModule) await importModules(drafted, { project, problems, importModule: options.importModule });
  const context = {
    problems,
    types,
    project,
    connections,
    models,
    memories,
    tools: project.tools,
    sections,
    checkReference: (reference: string) => checkReference(reference, project, options.exportsOf),
  };
  await lowerTools(sections, { ...context, stepTypes: options.stepTypes, importModule: options.importModule });
  const flows = new FlowLowering(drafted, context);
  return drafted.flatMap(({ named }) => {
    const lowered = flows.lower(named.name);
    if (!lowered) return [];
    const { id, flow, input, output, description } = lowered;
    project.flows.set(id, flow);
    return [{ id, flow, inputs: input, output, ...(description !== undefined && { description }) }];
  });
}

function checkTypes({ types: written }: Sections, types: DocumentTypes, problems: Problems): void {
  for (const { name, node, path, place } of written.values()) {
    const found = types.read(name);
    if ("schema" in found) continue;
    const { path: inner, ...words } = found.problem;
    const code = words.allowed ? "DOCUMENT_UNKNOWN_NAME" : "DOCUMENT_FIELD_INVALID";
    problems.add(
      code,
      { place: inner.length > 0 ? placeAt(node, inner) : (node.place ?? place), path: [...path, ...inner] },
      words,
    );
  }
}

function draftFlow(named: Named, { steps }: Sections, { problems, stepTypes }: LowerOptions): Drafted | undefined {
  const { node, path } = named;
  if (node.kind !== "map") {
    problems.add(
      "DOCUMENT_FIELD_INVALID",
      { place: node.place, path },
      {
        message: "A flow is a mapping with `id` and `steps`.",
        hint: "Write `- id: name`, and `steps:` on the next line.",
      },
    );
    return undefined;
  }
  const checked = flowSchema.safeParse(toData(node));
  if (!checked.success) reportIssues(problems, checked.error, { node, path, what: "a flow", schema: flowSchema });
  const section = node.entries.get("steps");
  const items = section?.value.kind === "list" ? section.value.items : [];
  if (items.length === 0 && (section === undefined || section.value.kind === "list" || isEmpty(section.value))) {
    const shown = named.name.startsWith("\u0000") ? "The flow" : `The flow "${named.name}"`;
    problems.add(
      "FLOW_HAS_NO_STEPS",
      { place: section?.place ?? node.place, path: section ? [...path, "steps"] : path },
      {
        message: `${shown} has no steps.`,
        hint: "Write at least one step under `steps:`, or leave the flow out.",
      },
    );
  }
  if (items.length > limits.steps) {
    problems.add(
      "DOCUMENT_LIMIT",
      { place: section?.place ?? node.place, path: [...path, "steps"] },
      {
        message: `The flow has ${items.length} steps; a flow of a document may have ${limits.steps}.`,
        hint: "Put parts into flows of their own, and what is done alike for many into `explode` and `collect`.",
      },
    );
    return undefined;
  }
  const ghosts = new Set<string>();
  const drafts = items.map((item, i) =>
    draftStep(item, [...path, "steps", i], { problems, named: steps, stepTypes, ghosts }),
  );
  const whole = checked.success && items.length > 0 && drafts.every((draft) => draft !== undefined);
  return { named: { ...named, node }, drafts: drafts.filter((draft) => draft !== undefined), ghosts, whole };
}

const isEmpty = (node: { kind: string; value?: unknown }) => node.kind === "scalar" && node.value === null;

interface ImportContext {
  readonly project: LoadedProject;
  readonly problems: Problems;
  readonly importModule: ImportModule;
}

/** Each once; what can't be imported is a problem of every step that refers to it. */
async function importModules(
  drafted: readonly Drafted[],
  { project, problems, importModule }: ImportContext,
): Promise<void> {
  for (const { drafts } of drafted) {
    for (const draft of drafts) {
      for (const reference of draft.type?.references?.(draft.config) ?? []) {
        const wrong = await project.import(reference, importModule);
        const { node, path } = draft.at("run");
        if (wrong) {
          const { hint = "", ...words } = wrong;
          problems.add("DOCUMENT_MODULE_INVALID", { place: node?.place ?? draft.place, path }, { ...words, hint });
        }
      }
    }
  }
}

class FlowLowering {
  readonly #drafted: ReadonlyMap<string, Drafted>;
  readonly #context: Omit<FlowContext, PerFlow>;
  readonly #lowered = new Map<string, LoweredFlow | undefined>();
  /** Flows that are being lowered, from the outermost on. */
  readonly #open: string[] = [];

  constructor(drafted: readonly Drafted[], context: Omit<FlowContext, PerFlow>) {
    this.#drafted = new Map(drafted.map((flow) => [flow.named.name, flow]));
    this.#context = context;
  }

  lower(id: string): LoweredFlow | undefined {
    if (this.#lowered.has(id)) return this.#lowered.get(id);
    const drafted = this.#drafted.get(id);
    if (!drafted) return undefined;
    const { named, drafts, ghosts, whole } = drafted;
    if (this.#open.length >= limits.depth) return this.#tooDeep(named);
    this.#open.push(id);
    const circle = this.#circle(drafts);
    const flowIds = [...this.#drafted.keys()].filter((name) => !name.startsWith("\u0000"));
    const { node, path } = named;
    const context: FlowContext = {
      ...this.#context,
      id,
      node,
      path,
      flowIds,
      ghosts,
      whole,
      flow: (other) => (this.#open.includes(other) ? undefined : this.lower(other)),
    };
    const lowered = lowerDocumentFlow(context, drafts);
    this.#open.pop();
    const made = whole && !circle ? lowered : undefined;
    this.#lowered.set(id, made);
    return made;
  }

  #tooDeep({ node, path }: Named): undefined {
    this.#context.problems.add(
      "DOCUMENT_LIMIT",
      { place: node.place, path },
      {
        message: `Flows call flows deeper than ${limits.depth}.`,
        hint: "Call them one after the other in one flow, instead of each in the one before.",
      },
    );
  }

  /** A step that leads back to a flow that is being lowered. */
  #circle(drafts: readonly StepDraft[]): boolean {
    let found = false;
    for (const draft of drafts) {
      const child = String(draft.config.flow);
      if (draft.kind !== "flow" || !this.#open.includes(child)) continue;
      found = true;
      const { node, path } = draft.at("flow");
      const names = [...this.#open.slice(this.#open.indexOf(child)), child];
      this.#context.problems.add(
        "DOCUMENT_RECURSION",
        { place: node?.place ?? draft.place, path },
        {
          message: `The flow leads back to itself: ${names.join(" → ")}.`,
          hint: "What is to be repeated is a loop within one flow: a router's label that leads back, or `repeat`.",
        },
      );
    }
    return found;
  }
}
