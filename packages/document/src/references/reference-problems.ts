/** What is wrong with the names of models, memories, tools, connections and flows in a step. */
import { nearest } from "millrace";
import type { StepContext, StepProblem } from "../step-context.js";
import type { StepType } from "../step-type.js";
import { type FoundReference, findReferences } from "./find-references.js";
import type { ReferenceTarget } from "./references.js";

type Section = ReferenceTarget["section"];

const one: Readonly<Record<Section, string>> = {
  models: "model",
  memories: "memory",
  tools: "tool",
  connections: "connection",
  flows: "flow",
};

type Fields = Pick<StepType, "config" | "templates" | "parts">;

/** Whether a name is made when the step is called: `{{ input.model }}`. */
export const isMade = ({ id, path }: FoundReference, { templates = [], parts = [] }: Fields) =>
  id.includes("{{") && [...templates, ...parts].includes(String(path[0]));

/** `written`: the type's own fields, as they stand in the document. */
export function referenceProblems(
  type: Fields,
  written: unknown,
  context: Pick<StepContext, Section>,
): readonly StepProblem[] {
  return findReferences(type.config, written).flatMap((found): readonly StepProblem[] => {
    const { section, id, path, types } = found;
    if (isMade(found, type)) return section === "memories" ? [madeMemory(path)] : [];
    const declared: Pick<ReadonlySet<string>, "has"> = context[section];
    if (!declared.has(id)) return [missing(found, context)];
    const given = context.connections.get(id)?.type;
    // what has no type, or one that is no text, is a problem of the connection
    if (section !== "connections" || types.length === 0 || typeof given !== "string" || types.includes(given))
      return [];
    const allowed = fitting(found, context);
    const hint =
      allowed.length > 0 ? `Take one of: ${allowed.join(", ")}.` : `Add a connection with \`type: ${types[0]}\`.`;
    const message = `The connection "${id}" is of type ${given}; this step takes ${types.join(" or ")}.`;
    return [{ path, message, hint, allowed }];
  });
}

function missing(found: FoundReference, context: Pick<StepContext, Section>): StepProblem {
  const { section, id, path, types } = found;
  const near = nearest(id, context[section].keys());
  return {
    path,
    message: `There is no ${one[section]} "${id}"${near ? `; is "${near}" meant?` : "."}`,
    hint: `Add it under \`${section}:\`, at the top of the document${types.length > 0 ? `, with \`type: ${types[0]}\`` : ""}.`,
    allowed: fitting(found, context),
    ...(near !== undefined && { nearest: near }),
  };
}

function fitting({ section, types }: FoundReference, context: Pick<StepContext, Section>): readonly string[] {
  if (section !== "connections" || types.length === 0) return [...context[section].keys()];
  return [...context.connections].filter(([, { type }]) => types.includes(type)).map(([id]) => id);
}

/** The state that a flow has is known before it runs. */
const madeMemory = (path: FoundReference["path"]): StepProblem => ({
  path,
  message: "A memory can't be named by an expression: it is part of the flow's state.",
  hint: "Write its id; keep apart whose memory it is by sessions.",
});
