/**
 * Fields of a step type's config that name something of the document: a model, a memory, a tool, a connection, a flow. The loader checks
 * that what they name is there; what the type has to check itself is what it does with it.
 */
import { z } from "zod";

/** What a field names. */
export interface ReferenceTarget {
  readonly section: "models" | "memories" | "tools" | "connections" | "flows";
  /** Of connections: those that fit. Empty: any. */
  readonly types: readonly string[];
}

/** By schema; what `describe` and the like make of one stands for the same. */
export const referenceTargets = z.registry<ReferenceTarget>();

const reference = (section: ReferenceTarget["section"], description: string, types: readonly string[] = []) =>
  z.string().min(1).describe(description).register(referenceTargets, { section, types });

/**
 * A field of a step type's config that names one of the document's `models`. One that is not there is a problem with the nearest
 * name; `project.model(id)` answers what was declared.
 *
 * @example
 * const config = z.strictObject({ model: modelRef(), prompt: z.string() });
 */
export const modelRef = () => reference("models", "The id of a model under `models:`.");

/**
 * A field that names one of the document's `memories`. A flow whose step names one has it in its state;
 * `project.memory(id, tools)` reads it and adds to it.
 *
 * @example
 * const config = z.strictObject({ model: modelRef(), memory: memoryRef().optional() });
 */
export const memoryRef = () => reference("memories", "The id of a memory under `memories:`.");

/**
 * A field that names one of the document's `tools`, which `project.tool(id)` answers.
 *
 * @example
 * const config = z.strictObject({ tools: z.array(toolRef()).default([]) });
 */
export const toolRef = () => reference("tools", "The id of a tool under `tools:`.");

/**
 * A field that names one of the documents' flows, whose class `project.flow(id)` answers: for `tools.runFlow`.
 *
 * @example
 * const config = z.strictObject({ writer: flowRef() });
 */
export const flowRef = () => reference("flows", "The id of a flow.");

/**
 * A field that names one of the document's `connections`, of one of these types; `project.connection(id)` answers it with its
 * secrets.
 *
 * @param types the words that stand as `type` of the connection; none: any
 * @example
 * const config = z.strictObject({ connection: connectionRef("http") });
 */
export const connectionRef = (...types: readonly string[]) =>
  reference(
    "connections",
    types.length === 0
      ? "The id of a connection under `connections:`."
      : `The id of a connection of \`type: ${types.join("` or `type: ")}\` under \`connections:\`.`,
    types,
  );
