/** What a project's links are signed with: made once, and kept beside the database, for its owner's eyes alone. */
import { randomBytes } from "node:crypto";
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Undefined: it can't be kept, so that the server makes one for itself. @param database Its file, or ":memory:". */
export function linkSecret(database: string): string | undefined {
  const told = process.env.MILLRACE_SECRET;
  if (told || database === ":memory:") return told || undefined;
  const file = join(dirname(database), "millrace.secret");
  return kept(file) ?? make(file);
}

function kept(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Written elsewhere first: of several servers that start at once one makes it, and none reads half of it. */
function make(file: string): string | undefined {
  const draft = `${file}.${process.pid}`;
  try {
    writeFileSync(draft, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
    linkSync(draft, file);
  } catch {
    // somebody was quicker, or the folder can't be written to
  } finally {
    rmSync(draft, { force: true });
  }
  return kept(file);
}
