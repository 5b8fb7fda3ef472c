/** Open questions, read without their runs. */
import {
  decodeData,
  type Question,
  type QuestionPage,
  type QuestionQuery,
  questionPage,
  readQuestionQuery,
} from "millrace";
import type { SqliteDatabase, SqliteStatement } from "./driver.js";
import { idTerms, isOwner } from "./list-sql.js";

export class QuestionReads {
  readonly #db: SqliteDatabase;
  readonly #lists = new Map<string, SqliteStatement>();

  constructor(db: SqliteDatabase) {
    this.#db = db;
  }

  list(query: QuestionQuery): QuestionPage {
    const { id, flow, runId, runIdPrefix = "", after, limit } = readQuestionQuery(query);
    const conditions = ["run.status IN ('running', 'waiting')"];
    const values: (string | number)[] = [];
    const where = (condition: string, ...given: (string | number)[]) => {
      conditions.push(condition);
      values.push(...given);
    };
    if (id !== undefined) where("question.id = ?", id);
    if (flow !== undefined) where("run.flow = ?", flow);
    if (runId !== undefined) where("run.id = ?", runId);
    if (runIdPrefix !== "")
      for (const [condition, ...given] of idTerms(runIdPrefix, "run.id")) where(condition, ...(given as string[]));
    if (after !== undefined) where("(question.asked_at, question.id) > (?, ?)", after.askedAt, after.id);
    // of an owner as many as it has, whatever others have; else in the order of the list, as many as the page takes
    const from = isOwner(runIdPrefix)
      ? "run INDEXED BY run_by_owner CROSS JOIN question ON question.run = run.key"
      : "question JOIN run ON run.key = question.run";
    const sql = `SELECT question.data FROM ${from}
      WHERE ${conditions.join(" AND ")} ORDER BY question.asked_at, question.id LIMIT ?`;
    const statement = this.#lists.get(sql) ?? this.#db.prepare(sql).pluck();
    this.#lists.set(sql, statement);
    const found = statement.all(...values, limit + 1) as string[];
    return questionPage(
      found.slice(0, limit).map((data) => decodeData(data) as Question),
      found.length > limit,
    );
  }
}
