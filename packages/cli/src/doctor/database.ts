/** The database: reachable, whole, of this release, with room to write. */
import { accessSync, constants, existsSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseReport } from "@millrace/sqlite";
import { FlowError } from "millrace";
import { importFor } from "../project/import-for.js";
import type { Project } from "../project/open-project.js";
import { type Finding, fail, ok, warn } from "./finding.js";

const megabyte = 1024 * 1024;
/** Less than this is soon full. */
const leastFree = 200 * megabyte;
/** More than this in the log means that nothing could move it into the file. */
const mostLog = 256 * megabyte;

/** File systems of other hosts, by the number that Linux gives them: NFS, SMB, CIFS, SMB2. */
const remote: ReadonlySet<number> = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42]);

export async function databaseFindings({ database, config, root }: Project): Promise<readonly Finding[]> {
  if (config.persistence) return [ok("database", "The config has a persistence of its own, which is not looked into.")];
  if (database === ":memory:")
    return [warn("database", "Runs are kept in memory.", "They are gone with the process: name a file.")];
  const places = placeFindings(database);
  if (!existsSync(database)) {
    return [...places, ok("database", `${database} is not there yet: the first run makes it`)];
  }
  try {
    const { inspectDatabase } = await importFor<typeof import("@millrace/sqlite")>(root, "@millrace/sqlite");
    return [...places, ...reportFindings(database, inspectDatabase(database))];
  } catch (error) {
    const hint = FlowError.is(error) ? error.hint : "Run it again with --debug.";
    return [...places, fail("database", error instanceof Error ? error.message : String(error), hint)];
  }
}

function placeFindings(file: string): readonly Finding[] {
  let folder = dirname(file);
  while (!existsSync(folder)) folder = dirname(folder);
  try {
    accessSync(existsSync(file) ? file : folder, constants.W_OK);
    accessSync(folder, constants.W_OK);
  } catch {
    return [
      fail("database", `${file} can't be written.`, "Give this user the right to write there, or name another file."),
    ];
  }
  const { type, bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const full = free < leastFree;
  return [
    ...(remote.has(type)
      ? [warn("database", `${folder} is on another host's disk.`, "SQLite's log needs a disk of this host.")]
      : []),
    ...(full
      ? [warn("database", `The disk has ${sizeText(free)} left.`, "Make room: `millrace runs prune` removes old runs.")]
      : []),
  ];
}

function reportFindings(file: string, report: DatabaseReport): readonly Finding[] {
  const { schemaVersion, currentSchema, journalMode, bytes, logBytes, problems, locked, runs } = report;
  const findings: Finding[] = [];
  if (problems.length > 0) {
    findings.push(
      fail(
        "database",
        `${file} is damaged: ${problems[0]}`,
        "Restore a backup; what can be read is saved by SQLite's .recover.",
      ),
    );
  }
  if (locked) {
    findings.push(
      warn("database", `${file} is held by another process.`, "Look for a backup or a shell with an open transaction."),
    );
  }
  if (schemaVersion !== 0 && schemaVersion < currentSchema) {
    const hint = "The next run brings it up to date; older releases can't read it then.";
    findings.push(
      warn("database", `${file} has schema version ${schemaVersion}, this release ${currentSchema}.`, hint),
    );
  }
  if (journalMode !== "wal" && schemaVersion !== 0) {
    findings.push(
      warn("database", `${file} has the journal mode ${journalMode}.`, "The next run sets it to WAL again."),
    );
  }
  if (logBytes > mostLog) {
    const hint = "Some process reads it all the time: end it, then run anything.";
    findings.push(warn("database", `${file}-wal has ${sizeText(logBytes)}.`, hint));
  }
  const counted = Object.entries(runs).map(([status, count]) => `${count} ${status}`);
  const held = counted.length > 0 ? counted.join(", ") : "no runs";
  return [...findings, ok("database", `${file}: ${sizeText(bytes)}, ${held}`)];
}

function sizeText(bytes: number): string {
  return bytes < megabyte ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / megabyte).toFixed(1)} MB`;
}
