/** A project as commands need it: its settings, its flows, its stored runs. Opened once a command; nothing is loaded before it is asked for. */
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type FlowPersistence, MemoryPersistence } from "millrace";
import type { MillraceConfig } from "./define-config.js";
import { loadEnvFile, setMissing } from "./environment.js";
import { findRoot } from "./find-root.js";
import { importFor } from "./import-for.js";
import { makeFolder, ownFolder } from "./known-flows.js";
import { readConfig } from "./read-config.js";

/** What flags say; the environment's `MILLRACE_*` stand behind them. */
export interface ProjectFlags {
  readonly config?: string | undefined;
  readonly database?: string | undefined;
}

export interface Project {
  /** The folder that paths of the config go from. */
  readonly root: string;
  /** Where the command was started. */
  readonly cwd: string;
  readonly configFile?: string;
  readonly config: MillraceConfig;
  /** The database's file, or ":memory:"; what `config.persistence` is, if given, is used instead. */
  readonly database: string;
  /** Where runs are stored. `mustExist`: a database that is not there is not made, but answers as an empty one. */
  persistence(options?: { readonly mustExist?: boolean }): Promise<FlowPersistence>;
  close(): Promise<void>;
}

/**
 * Of each setting the first that is given: flag, environment, `.env`, config, default.
 * @throws {FlowError} CLI_CONFIG_INVALID, CLI_LOAD_FAILED – the config can't be used
 */
export async function openProject(cwd: string, flags: ProjectFlags = {}): Promise<Project> {
  const { root, configFile } = findRoot(cwd, flags.config ?? variable("MILLRACE_CONFIG"));
  const told = flags.database ?? variable("MILLRACE_DATABASE");
  loadEnvFile(join(root, ".env"));
  const config = configFile === undefined ? {} : await readConfig(configFile);
  setMissing(config.env ?? {});
  const database = databaseOf(told, { cwd, root, config });
  let opened: Promise<FlowPersistence> | undefined;
  return {
    root,
    cwd,
    ...(configFile !== undefined && { configFile }),
    config,
    database,
    persistence: ({ mustExist = false } = {}) => {
      opened ??= openPersistence({ root, config, database, mustExist });
      return opened;
    },
    close: async () => {
      const persistence = await opened?.catch(() => undefined);
      await persistence?.close();
    },
  };
}

const variable = (name: string): string | undefined => process.env[name] || undefined;

function databaseOf(
  given: string | undefined,
  { cwd, root, config }: Pick<Project, "cwd" | "root" | "config">,
): string {
  // what stands in a file of the project goes from there, wherever the command is started
  const path = given ?? variable("MILLRACE_DATABASE") ?? config.database ?? ".millrace/millrace.db";
  return path === ":memory:" ? path : resolve(given === undefined ? root : cwd, path);
}

interface Opening extends Pick<Project, "root" | "config" | "database"> {
  readonly mustExist: boolean;
}

async function openPersistence({ root, config, database, mustExist }: Opening): Promise<FlowPersistence> {
  const { persistence, durability } = config;
  if (persistence) return typeof persistence === "function" ? persistence() : persistence;
  const isFile = database !== ":memory:";
  if (mustExist && isFile && !existsSync(database)) return new MemoryPersistence();
  if (isFile) {
    if (database.startsWith(join(root, ".millrace"))) ownFolder(root);
    makeFolder(dirname(database));
  }
  const { SqlitePersistence } = await importFor<typeof import("@millrace/sqlite")>(root, "@millrace/sqlite");
  return new SqlitePersistence(database, { ...(durability && { durability }) });
}
