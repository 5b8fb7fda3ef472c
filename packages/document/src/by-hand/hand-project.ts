/** What step types may use of their project, where no document stands around them. */
import { realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { FlowError, nearest } from "millrace";
import type { z } from "zod";
import { connectionTypesOf } from "../load/connections.js";
import { type Env, reveal } from "../load/interpolate.js";
import { LoadedProject } from "../load/project.js";
import type { Memory } from "../memory/memory.js";
import type { Connection, Model, StepContext, StepProject } from "../step-context.js";
import { DocumentTypes } from "../types/index.js";
import { configInvalid } from "./config-invalid.js";

export interface HandOptions {
  readonly root?: string | URL;
  readonly connections?: Readonly<Record<string, Connection>>;
  readonly models?: Readonly<Record<string, Model>>;
  readonly memories?: Readonly<Record<string, Memory>>;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly env?: Env;
}

export class HandProject extends LoadedProject implements StepProject {
  readonly #exports: Readonly<Record<string, unknown>>;
  readonly #env: Env;
  readonly #given: ReadonlyMap<string, Connection>;

  constructor({ root, connections = {}, models = {}, memories = {}, exports = {}, env = process.env }: HandOptions) {
    const given = new Map(Object.entries(connections));
    super({
      root: folderOf(root),
      env,
      types: new DocumentTypes(),
      connections: given,
      models: new Map(Object.entries(models)),
      memories: new Map(Object.entries(memories)),
    });
    this.#exports = exports;
    this.#env = env;
    this.#given = given;
  }

  /** As they are written, without what the environment holds. */
  get connections(): ReadonlyMap<string, Connection> {
    return this.#given;
  }

  /** @throws {FlowError} STEP_CONFIG_INVALID – it is not what its type takes, or the environment lacks what it refers to */
  override connection(id: string): Connection {
    const written = this.#given.get(id);
    const what = `The connection "${id}"`;
    if (!written) {
      const near = nearest(id, this.#given.keys());
      throw configInvalid(`There is no connection "${id}"${near ? `; is "${near}" meant?` : "."}`, {
        hint: "Give it to `stepRunner({ connections })`.",
      });
    }
    const schema = connectionTypes.get(written.type);
    const { data, secrets } = reveal(written, this.#env);
    const unset = secrets.find((text) => /^\$\{[^}]*\}$/.test(text));
    if (unset !== undefined)
      throw configInvalid(`${what} needs ${unset.slice(2, -1)}, which is not set in the environment.`, {
        hint: `Set it, or give a fallback: \`fromEnv("${unset.slice(2, -1)}", "…")\`.`,
      });
    // those of other types are what their step type takes them for
    const parsed = schema?.safeParse(data);
    if (!parsed || parsed.success) return data as Connection;
    throw configInvalid(`${what} is not right`, { error: parsed.error, hint: "Correct it where it is given." });
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
      type: (written) => (isSchema(written) ? { schema: written } : { schema: this.type(written) }),
      checkReference: () => undefined,
    };
  }
}

const connectionTypes = connectionTypesOf([]);

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
