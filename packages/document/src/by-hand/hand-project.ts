/** What step types may use of their project, where no document stands around them. */
import { realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type DefinedFlow, FlowError, nearest, type StepTools } from "millrace";
import type { z } from "zod";
import { connectionTypesOf } from "../load/connections.js";
import { type Env, reveal } from "../load/interpolate.js";
import { LoadedProject } from "../load/project.js";
import type { StepMemory } from "../memory/memory.js";
import type { Connection, Model, ProjectTool, StepContext, StepProject } from "../step-context.js";
import { DocumentTypes } from "../types/index.js";
import { configInvalid } from "./config-invalid.js";
import type { HandModel, StepRunnerOptions } from "./step-runner-options.js";

export class HandProject extends LoadedProject implements StepProject {
  readonly #exports: Readonly<Record<string, unknown>>;
  readonly #env: Env;
  readonly #given: ReadonlyMap<string, Connection>;
  readonly #flows: ReadonlyMap<string, () => unknown>;

  constructor(options: StepRunnerOptions) {
    const { root, connections = {}, exports = {}, env = process.env } = options;
    const given = new Map(Object.entries(connections));
    const models = modelsOf(options.models ?? {}, given);
    const ofModels = [...models.values()].flatMap(({ id, connection }) =>
      connection ? [[`model ${id}`, connection] as const] : [],
    );
    super({
      root: folderOf(root),
      env,
      types: new DocumentTypes(new Map(Object.entries(options.types ?? {}))),
      // what models keep secret is one of them, too
      connections: new Map([...given, ...ofModels]),
      models,
      memories: new Map(Object.entries(options.memories ?? {}).map(([id, memory]) => [id, { ...memory, id }])),
    });
    for (const [id, tool] of Object.entries(options.tools ?? {}))
      this.tools.set(id, { description: "", output: undefined, ...tool, id });
    this.#exports = exports;
    this.#env = env;
    this.#given = given;
    this.#flows = new Map(Object.entries(options.flows ?? {}));
  }

  /** As they are written, without what the environment holds. */
  get connections(): ReadonlyMap<string, Connection> {
    return this.#given;
  }

  /** @throws {FlowError} STEP_CONFIG_INVALID – it is not what its type takes, or the environment lacks what it refers to */
  override connection(id: string): Connection {
    const written = named(this.#given, id, "connection");
    const what = `The connection "${id}"`;
    const schema = connectionTypes.get(written.type);
    const { data, secrets } = reveal(written, this.#env);
    checkSet(secrets, what);
    // those of other types are what their step type takes them for
    const parsed = schema?.safeParse(data);
    if (!parsed || parsed.success) return data as Connection;
    throw configInvalid(`${what} is not right`, { error: parsed.error, hint: "Correct it where it is given." });
  }

  /** @throws {FlowError} STEP_CONFIG_INVALID – there is none, or the environment lacks what its connection refers to */
  override model(id: string): Model {
    const { connection, ...model } = named(this.models, id, "model");
    if (!connection) return model;
    const { data, secrets } = reveal(connection, this.#env);
    checkSet(secrets, `The model "${id}"`);
    return { ...model, connection: data as Connection };
  }

  /** @throws {FlowError} STEP_CONFIG_INVALID – there is none, or the flow's state has no place for it */
  override memory(id: string, tools: StepTools): StepMemory {
    named(this.memories, id, "memory");
    const state = tools.state as Readonly<Record<string, unknown>> | undefined;
    if (Array.isArray(state?.[id])) return super.memory(id, tools);
    throw configInvalid(`The memory "${id}" has no place in the flow's state.`, {
      hint: `Give the state a memory under its name: \`static state = z.object({ ${id}: memory() })\`.`,
    });
  }

  /** @throws {FlowError} STEP_CONFIG_INVALID – there is none */
  override tool(id: string): ProjectTool {
    return named(this.tools, id, "tool");
  }

  /** @throws {FlowError} STEP_CONFIG_INVALID – there is none */
  override flow(id: string): DefinedFlow {
    return named(this.#flows, id, "flow")() as DefinedFlow;
  }

  /** A zod schema, or a type as documents write it. */
  override type(written: unknown): z.ZodType {
    return isSchema(written) ? written : super.type(written);
  }

  override load(reference: string): unknown {
    return this.#exports[reference];
  }

  contextOf(step: string): StepContext {
    return {
      flow: "",
      step,
      root: this.root,
      connections: this.#given,
      models: this.models,
      memories: this.memories,
      tools: this.tools,
      flows: new Set(this.#flows.keys()),
      type: (written) => (isSchema(written) ? { schema: written } : { schema: this.type(written) }),
      checkReference: () => undefined,
    };
  }
}

const connectionTypes = connectionTypesOf([]);

const optionOf = { connection: "connections", model: "models", memory: "memories", tool: "tools", flow: "flows" };

function named<T>(given: ReadonlyMap<string, T>, id: string, what: keyof typeof optionOf): T {
  const found = given.get(id);
  if (found !== undefined) return found;
  const near = nearest(String(id), given.keys());
  throw configInvalid(`There is no ${what} "${id}"${near ? `; is "${near}" meant?` : "."}`, {
    hint: `Give it to \`stepRunner({ ${optionOf[what]} })\`.`,
  });
}

function checkSet(secrets: readonly string[], what: string): void {
  const unset = secrets.find((text) => /^\$\{[^}]*\}$/.test(text))?.slice(2, -1);
  if (unset !== undefined)
    throw configInvalid(`${what} needs ${unset}, which is not set in the environment.`, {
      hint: `Set it, or give a fallback: \`fromEnv("${unset}", "…")\`.`,
    });
}

function modelsOf(models: Readonly<Record<string, HandModel>>, connections: ReadonlyMap<string, Connection>) {
  return new Map(
    Object.entries(models).map(([id, { connection: reached, ...given }]): [string, Model] => {
      const connection = typeof reached === "string" ? named(connections, reached, "connection") : reached;
      return [id, { model: id, params: {}, ...given, id, ...(connection && { connection }) }];
    }),
  );
}

export const isSchema = (value: unknown): value is z.ZodType =>
  typeof value === "object" && value !== null && "_zod" in value;

/** A folder, or that of a file named by its URL: `import.meta.url`. */
function folderOf(root: string | URL | undefined): string {
  const isFile = root instanceof URL || root?.startsWith("file:");
  const path = isFile ? fileURLToPath(root!) : resolve((root as string | undefined) ?? ".");
  const folder = isFile && !String(root).endsWith("/") ? dirname(path) : path;
  try {
    return realpathSync(folder);
  } catch {
    throw new FlowError("STEP_CONFIG_INVALID", `There is no folder ${folder}.`, {
      hint: "Give the project's folder as `root`: `import.meta.dirname`.",
    });
  }
}
