/** Folders for databases, and what is written to and kept in them. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = process.env.MILLRACE_BENCH_DATA ?? join(tmpdir(), "millrace-bench");

/** A new empty folder that goes away with the process. */
export function scratchFolder(name) {
  mkdirSync(root, { recursive: true });
  const folder = mkdtempSync(join(root, `${name}-`));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const folderBytes = (folder) =>
  readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);

/** Bytes that this process has handed to write() so far; NaN where the system does not count them. */
export function writtenBytes() {
  try {
    return Number(/wchar: (\d+)/.exec(readFileSync("/proc/self/io", "utf8"))?.[1]);
  } catch {
    return Number.NaN;
  }
}
