/**
 * The database driver: the part of better-sqlite3 that is used here, so that the published types need no others, and the
 * loading of it, which fails with PERSISTENCE_DRIVER where the driver does not fit this Node instead of taking it down.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire as requireFrom } from "node:module";
import { dirname, join } from "node:path";
import { FlowError } from "millrace";

export interface SqliteStatement {
  run(...values: unknown[]): { readonly changes: number; readonly lastInsertRowid: number | bigint };
  get(...values: unknown[]): unknown;
  all(...values: unknown[]): unknown[];
  /** Answers the first column only. */
  pluck(): SqliteStatement;
}

export interface SqliteDatabase {
  readonly inTransaction: boolean;
  prepare(sql: string): SqliteStatement;
  exec(sql: string): unknown;
  pragma(sql: string, options?: { readonly simple?: boolean }): unknown;
  close(): unknown;
}

/** A constructor that is compatible with better-sqlite3's. */
export type SqliteDriver = new (
  file: string,
  options?: { readonly timeout?: number; readonly readonly?: boolean },
) => SqliteDatabase;

const load = requireFrom(import.meta.url);

/**
 * The driver that was given, or better-sqlite3.
 * @throws {FlowError} PERSISTENCE_DRIVER – it can't be loaded, or is known to crash on this Node
 */
export function loadDriver(given?: SqliteDriver): SqliteDriver {
  try {
    // Read before anything of the driver runs: a release that was not built for this Node takes the whole process down.
    const version = given === undefined ? ownVersion() : versionOf(given);
    if (version !== undefined) checkVersion(version);
    return given ?? (load("better-sqlite3") as SqliteDriver);
  } catch (error) {
    throw driverError(error);
  }
}

/** What a driver's failure to load its native part becomes. */
export function driverError(cause: unknown): FlowError {
  if (FlowError.is(cause)) return cause;
  return new FlowError("PERSISTENCE_DRIVER", `better-sqlite3 can't be loaded on Node ${process.versions.node}.`, {
    hint: "Let your package manager build it (`pnpm approve-builds better-sqlite3`, or `npm rebuild better-sqlite3`).",
    cause,
  });
}

function ownVersion(): string {
  return (load("better-sqlite3/package.json") as { version: string }).version;
}

/** The version of the package that a loaded driver came from, as far as Node's module cache tells. */
function versionOf(driver: SqliteDriver): string | undefined {
  const module = Object.values(load.cache).find((loaded) => loaded?.exports === driver);
  if (module === undefined) return undefined;
  for (let folder = dirname(module.filename); folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, "package.json");
    if (!existsSync(file)) continue;
    const { name, version } = JSON.parse(readFileSync(file, "utf8")) as { name?: string; version?: string };
    return name === "better-sqlite3" ? version : undefined;
  }
  return undefined;
}

function checkVersion(version: string): void {
  const node = process.versions.node;
  if (Number.parseInt(version, 10) < 13 || Number.parseInt(node, 10) >= 22) return;
  throw new FlowError(
    "PERSISTENCE_DRIVER",
    `better-sqlite3 ${version} does not run on Node ${node}: it needs Node 22.`,
    {
      hint: "Use better-sqlite3 12 (leave the option `driver` out), or a newer Node.",
      details: { version, node },
    },
  );
}
