/** `connections:` of documents: checked by their type, kept as they are written, so that secrets stay where they come from. */
import { nearest } from "millrace";
import { z } from "zod";
import type { Problems } from "../problems/index.js";
import { reportIssues } from "../schema/report-issues.js";
import { nodeAt, toData } from "../source/index.js";
import type { Connection } from "../step-context.js";
import type { StepType } from "../step-type.js";
import { httpConnection, sqliteConnection } from "../steps/index.js";
import { checkVariables, type Env, reveal } from "./interpolate.js";
import type { Named } from "./sections.js";

/** By the word that stands as `type`: those that every document knows, and those that step types bring. */
export function connectionTypesOf(stepTypes: Iterable<StepType>): ReadonlyMap<string, z.ZodType> {
  const types = new Map<string, z.ZodType>([
    ["http", httpConnection],
    ["sqlite", sqliteConnection],
  ]);
  for (const { connections = [] } of stepTypes) {
    for (const { type, description, config } of connections) {
      const shape = {
        type: z.literal(type).describe(description),
        description: z.string().optional(),
        ...config.shape,
      };
      types.set(type, z.strictObject(shape));
    }
  }
  return types;
}

interface ConnectionContext {
  readonly env: Env;
  readonly problems: Problems;
  readonly types: ReadonlyMap<string, z.ZodType>;
}

/** As written: with `${NAME}` where secrets stand. */
export function checkConnections(
  sections: ReadonlyMap<string, Named>,
  { env, problems, types }: ConnectionContext,
): ReadonlyMap<string, Connection> {
  const connections = new Map<string, Connection>();
  for (const [id, { node, path }] of sections) {
    const before = problems.count;
    checkVariables(node, path, { env, problems });
    const written = toData(node) as Connection;
    const type = node.kind === "map" ? nodeAt(node, ["type"]) : undefined;
    const name = type?.kind === "scalar" ? String(type.value) : undefined;
    const schema = name === undefined ? undefined : types.get(name);
    connections.set(id, written);
    if (problems.count > before) continue;
    if (!schema) {
      const allowed = [...types.keys()];
      const near = name === undefined ? undefined : nearest(name, allowed);
      problems.add(
        "DOCUMENT_UNKNOWN_NAME",
        { place: type?.place ?? node.place, path: [...path, "type"] },
        {
          message:
            name === undefined
              ? "A connection is a mapping with a `type`."
              : `There is no type of connection "${name}"${near ? `; is "${near}" meant?` : "."}`,
          hint: `Take one of ${allowed.join(", ")}.`,
          allowed,
          ...(near !== undefined && { nearest: near }),
        },
      );
      continue;
    }
    const checked = schema.safeParse(reveal(written, env).data);
    if (!checked.success)
      reportIssues(problems, checked.error, { node, path, what: `a connection of type ${name}`, schema });
  }
  return connections;
}
