/** `models:` and `memories:` of documents, which steps refer to: checked by themselves, whether a step does or not. */
import { nearest } from "millrace";
import type { z } from "zod";
import type { Memory } from "../memory/memory.js";
import type { Problems } from "../problems/index.js";
import { reportIssues } from "../schema/report-issues.js";
import { memorySchema, modelSchema } from "../schema/resource-fields.js";
import { nodeAt, toData } from "../source/index.js";
import type { Connection, Model } from "../step-context.js";
import type { Named, Sections } from "./sections.js";

export interface Resources {
  readonly models: ReadonlyMap<string, Model>;
  readonly memories: ReadonlyMap<string, Memory>;
}

interface Around {
  readonly connections: ReadonlyMap<string, Connection>;
  readonly problems: Problems;
}

export function checkResources(sections: Pick<Sections, "models" | "memories">, around: Around): Resources {
  const models = new Map<string, Model>();
  const memories = new Map<string, Memory>();
  for (const named of sections.models.values()) models.set(named.name, modelOf(named, around));
  for (const named of sections.memories.values()) {
    const { description, window, summary } = read(named, memorySchema, { what: "a memory", ...around }) ?? {};
    if (summary && !models.has(summary.model)) unknownWriter(named, summary.model, { models, ...around });
    memories.set(named.name, {
      id: named.name,
      ...(description !== undefined && { description }),
      ...(window && { window: window as NonNullable<Memory["window"]> }),
      ...(summary && { summary: summary as NonNullable<Memory["summary"]> }),
    });
  }
  return { models, memories };
}

/** Of one that can't be read there is as much as its name, so that steps which name it are not called wrong, too. */
function modelOf(named: Named, around: Around): Model {
  const written = read(named, modelSchema, { what: "a model", ...around });
  const { provider = "", model = named.name, params = {}, connection: reached, description, prices } = written ?? {};
  checkParams(named, params, around);
  const connection = reached === undefined ? undefined : around.connections.get(reached);
  if (reached !== undefined && !connection) unknownConnection(named, reached, around);
  return {
    id: named.name,
    provider,
    model,
    params,
    ...(description !== undefined && { description }),
    ...(prices && { prices: prices as NonNullable<Model["prices"]> }),
    ...(connection && { connection }),
  };
}

function read<S extends z.ZodType>(
  { node, path }: Named,
  schema: S,
  { what, problems }: Around & { readonly what: string },
): z.output<S> | undefined {
  const checked = schema.safeParse(toData(node));
  if (checked.success) return checked.data;
  reportIssues(problems, checked.error, { node, path, what, schema });
  return undefined;
}

function unknownWriter(
  { node, path, name }: Named,
  id: string,
  { models, problems }: Around & Pick<Resources, "models">,
): void {
  const near = nearest(id, models.keys());
  const inner = ["summary", "model"];
  problems.add(
    "DOCUMENT_UNKNOWN_NAME",
    { place: nodeAt(node, inner)?.place ?? node.place, path: [...path, ...inner] },
    {
      message: `The summary of the memory "${name}" is to be written by a model "${id}" that is not there${near ? `; is "${near}" meant?` : "."}`,
      hint: "Add it under `models:`, at the top of the document.",
      allowed: [...models.keys()],
      ...(near !== undefined && { nearest: near }),
    },
  );
}

function unknownConnection({ node, path, name }: Named, id: string, { connections, problems }: Around): void {
  const near = nearest(id, connections.keys());
  problems.add(
    "DOCUMENT_UNKNOWN_NAME",
    { place: nodeAt(node, ["connection"])?.place ?? node.place, path: [...path, "connection"] },
    {
      message: `The model "${name}" names a connection "${id}" that is not there${near ? `; is "${near}" meant?` : "."}`,
      hint: "Add it under `connections:`, at the top of the document.",
      allowed: [...connections.keys()],
      ...(near !== undefined && { nearest: near }),
    },
  );
}

/** What requests carry is stored and shown; what comes from the environment there is no secret any more. */
function checkParams(
  { node, path, name }: Named,
  params: Readonly<Record<string, unknown>>,
  { problems }: Around,
): void {
  for (const key of Object.keys(params)) {
    if (!/^(api[-_]?key|(access|auth|api)?[-_]?token|secret|password|authorization)$/i.test(key)) continue;
    problems.add(
      "DOCUMENT_FIELD_INVALID",
      { place: nodeAt(node, ["params", key])?.place ?? node.place, path: [...path, "params", key] },
      {
        message: `The model "${name}" has "${key}" among its params, which are no place for secrets.`,
        hint: `Put it into a connection, and name that: \`connection: ${name}_api\`.`,
      },
    );
  }
}
