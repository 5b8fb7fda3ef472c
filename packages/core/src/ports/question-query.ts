/** What every adapter does alike with a QuestionQuery. Questions are ordered by `askedAt`, oldest first, then by id. */
import { FlowError } from "../errors/index.js";
import type { Question, QuestionPage, QuestionQuery } from "./question.js";

/** A place in the list. */
export type QuestionPlace = Pick<Question, "askedAt" | "id">;

export interface ReadQuestionQuery extends Omit<QuestionQuery, "limit" | "cursor"> {
  readonly limit: number;
  /** Only questions that come after this place. */
  readonly after?: QuestionPlace;
}

/** @throws {FlowError} PERSISTENCE_QUERY_INVALID – `limit` is not a whole number above 0, or `cursor` is not from a page */
export function readQuestionQuery({ limit = 100, cursor, ...filters }: QuestionQuery): ReadQuestionQuery {
  if (!Number.isInteger(limit) || limit < 1)
    throw invalid(`The limit of a list of questions is ${limit}.`, "Give a whole number above 0.");
  return { ...filters, limit, ...(cursor !== undefined && { after: readCursor(cursor) }) };
}

export function isAfter({ askedAt, id }: QuestionPlace, place: QuestionPlace): boolean {
  return askedAt > place.askedAt || (askedAt === place.askedAt && id > place.id);
}

/** A page that ends with the last of these; `more`: others follow. */
export function questionPage(questions: readonly Question[], more: boolean): QuestionPage {
  const last = questions.at(-1);
  return { questions, ...(more && last && { next: `${last.askedAt}.${last.id}` }) };
}

function readCursor(cursor: string): QuestionPlace {
  const [, askedAt, id] = /^(\d+)\.(.+)$/s.exec(cursor) ?? [];
  if (askedAt !== undefined && id !== undefined) return { askedAt: Number(askedAt), id };
  throw invalid(`"${cursor}" is not the cursor of a list of questions.`, "Give `next` of the page before, unchanged.");
}

function invalid(message: string, hint: string): FlowError {
  return new FlowError("PERSISTENCE_QUERY_INVALID", message, { hint });
}
