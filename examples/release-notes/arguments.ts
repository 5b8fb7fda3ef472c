import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

export interface Arguments {
  readonly repository: string;
  /** The repository was named, not just the one that this file stands in. */
  readonly named: boolean;
  readonly since?: string;
  readonly limit?: number;
  readonly out: string;
  readonly database: string;
  readonly crashAfter?: string;
  readonly resume?: string;
  readonly help: boolean;
}

export const usage = `Release notes from a git history, as a durable flow.

  demo [repository]        any path; without one, this repository
    --since <ref>          only what came after this commit, tag or branch (default: the last tag, else everything)
    --limit <n>            at most so many commits, the newest (default: 500)
    --out <file>           where the notes go (default: .millrace/release-notes.md)
    --db <file>            where the runs are stored (default: .millrace/release-notes.db)
    --crash-after <step>   kill this process as soon as the step has committed
    --resume <id>          go on with a run`;

const workspace = resolve(fileURLToPath(new URL("../..", import.meta.url)));
export const defaultDatabase = join(workspace, ".millrace/release-notes.db");

/** @throws {TypeError} an argument is not known, or has no value */
export function readArguments(given: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({
    // pnpm hands a "--" on
    args: given.filter((argument) => argument !== "--"),
    allowPositionals: true,
    options: {
      since: { type: "string" },
      limit: { type: "string" },
      out: { type: "string" },
      db: { type: "string" },
      "crash-after": { type: "string" },
      resume: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const [repository, more] = positionals;
  if (more !== undefined) throw new TypeError(`There can be one repository only; "${more}" is one too many.`);
  const limit = values.limit === undefined ? undefined : Number(values.limit);
  if (limit !== undefined && !(Number.isInteger(limit) && limit > 0)) {
    throw new TypeError(`--limit takes a whole number above 0, not "${values.limit}".`);
  }
  const { since, resume, help, "crash-after": crashAfter } = values;
  return {
    repository: repository === undefined ? workspace : resolve(repository),
    named: repository !== undefined,
    out: resolve(values.out ?? join(workspace, ".millrace/release-notes.md")),
    database: resolve(values.db ?? defaultDatabase),
    help,
    ...(since !== undefined && { since }),
    ...(limit !== undefined && { limit }),
    ...(crashAfter !== undefined && { crashAfter }),
    ...(resume !== undefined && { resume }),
  };
}
