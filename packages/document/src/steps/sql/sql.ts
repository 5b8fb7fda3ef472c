import { type Duration, durationMs } from "millrace";
import { z } from "zod";
import { connectionRef } from "../../references/index.js";
import { defineStepType } from "../../step-type.js";
import { checkedAs } from "../checked-as.js";
import { checkType } from "../checks.js";
import { coerced } from "../decode/coerced.js";
import { folderProblems } from "../files/fields.js";
import { placeIn } from "../files/folder.js";
import { kindOf, stepError } from "../step-error.js";
import { sqliteConnection } from "./connection.js";
import { type Answer, runStatement } from "./run-statement.js";
import { statementProblem } from "./statement.js";

const config = z.strictObject({
  connection: connectionRef("sqlite").optional().describe("Of type `sqlite`."),
  file: z.string().min(1).optional().describe("In place of a connection: the database, within the project's folder."),
  sql: z
    .string()
    .min(1)
    .describe("One statement. Values come by `params` alone: `select * from users where id = :id`."),
  params: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('By name: `{ id: "{{ input.id }}" }`. `:idempotencyKey` is the call\'s own.'),
  write: z.boolean().default(false).describe("Whether it changes data. Otherwise the database is opened for reading."),
  rows: z.enum(["all", "one", "first"]).default("all").describe("`one`: exactly one row, `first`: one or null."),
  maxRows: z.int().min(1).max(1_000_000).default(10_000).describe("How many rows there may be."),
  maxBytes: z.int().min(1).max(1_000_000_000).default(10_000_000).describe("How large they may be together."),
  statementTimeout: z
    .union([z.int().min(1), z.string().regex(/^\d+(\.\d+)?(ms|s|m|h)$/, 'Milliseconds, or a text such as "30s".')])
    .default("30s")
    .describe("How long the statement may run."),
  busyTimeout: z.int().min(0).max(600_000).default(5000).describe("How many ms a locked database is waited for."),
  as: z.unknown().optional().describe("The type of what is answered: `list[User]`."),
});
type Config = z.output<typeof config>;

/** One statement on an SQLite database. */
export const sql = defineStepType({
  type: "sql",
  description: "Runs a statement on an SQLite database, with parameters; rows come as objects.",
  config,
  templates: ["params"],
  output({ as, rows, write }, context) {
    const found = as === undefined ? undefined : context.type(as);
    if (found) return "schema" in found ? found.schema : undefined;
    const row = z.record(z.string(), z.unknown());
    if (write) return undefined;
    return rows === "all" ? z.array(row) : rows === "one" ? row : row.nullable();
  },
  check(given, context) {
    const wrong = statementProblem(given.sql, given.write);
    return [
      ...checkType(["as"], given.as, context),
      ...(wrong ? [{ path: ["sql"], ...wrong }] : []),
      ...((given.connection === undefined) === (given.file === undefined)
        ? [
            {
              path: [given.file ? "file" : "sql"],
              message: "The step needs a database: a `connection` or a `file`, not both.",
              hint: "Name one.",
            },
          ]
        : []),
      ...(given.file === undefined
        ? []
        : folderProblems(given.file, context).map((problem) => ({ ...problem, path: ["file"] }))),
    ];
  },
  async run({ config, tools, project }) {
    const file = config.file ?? sqliteConnection.parse(project.connection(config.connection!)).file;
    const place = await placeIn(project.root, ".", file);
    const answer = await runStatement(
      {
        place,
        write: config.write,
        busyTimeout: config.busyTimeout,
        sql: config.sql,
        // Without `params` a list would be bound by position; by name alone it is clear what stands where.
        given: { idempotencyKey: tools.call.idempotencyKey, ...bound(config.params ?? {}) },
        maxRows: config.maxRows,
        maxBytes: config.maxBytes,
      },
      { timeoutMs: durationMs(config.statementTimeout as Duration), signal: tools.call.abortSignal },
    );
    const made = madeOf(answer, config, file);
    if (config.as === undefined) return made;
    const schema = project.type(config.as);
    return checkedAs(coerced(made, schema), schema, {
      code: "STEP_VALUE_INVALID",
      what: "What the statement answered",
    });
  },
});

function madeOf(answer: Answer, config: Config, file: string): unknown {
  if ("unopened" in answer) throw failed(`${JSON.stringify(file)} can't be opened: ${answer.unopened}`);
  if ("failed" in answer) throw failed(`SQLite says: ${answer.failed}`);
  if ("tooMany" in answer)
    throw failed(`it has more than ${answer.tooMany === "rows" ? config.maxRows : config.maxBytes} ${answer.tooMany}`);
  if ("done" in answer) return { changes: answer.done.changes, lastId: exact(answer.done.lastInsertRowid) };
  const rows = answer.rows.map(plain);
  if (config.rows === "all") return rows;
  if (config.rows === "one" && rows.length !== 1) throw failed(`it has ${rows.length} rows, and one was asked for`);
  return rows[0] ?? null;
}

/** Values as SQLite stores them. */
function bound(params: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => {
      if (value === undefined) return [name, null];
      if (typeof value === "boolean") return [name, value ? 1 : 0];
      if (value instanceof Date) return [name, value.toISOString()];
      if (value instanceof Uint8Array || value === null || typeof value !== "object") return [name, value];
      throw failed(`the parameter "${name}" is ${kindOf(value)}, which a column can't hold`);
    }),
  );
}

const plain = (row: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, exact(value)]));

/** Whole numbers that a number can't hold stay bigints: an id must not become another. */
function exact(value: unknown): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  return value instanceof Uint8Array ? new Uint8Array(value) : value;
}

const failed = (what: string) =>
  stepError("STEP_SQL_FAILED", `A sql step failed: ${what}.`, { hint: "Check the statement and its parameters." });
