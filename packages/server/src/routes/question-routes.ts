/** `GET /questions`, `GET` and `POST /questions/:id`. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { FlowError, type Question, type RunRecord } from "millrace";
import { type Access, requireRight, type Verb } from "../auth/index.js";
import type { Host, HostedFlow } from "../host/index.js";
import {
  bodyOf,
  errorsFor,
  json,
  type ProblemOptions,
  queryOf,
  type Routes,
  type ServerContext,
  toldJson,
  waitOf,
  wholeNumber,
} from "../http/index.js";
import { answerRun, driveOn } from "./answer-run.js";
import { refuseBusy } from "./new-run.js";

export const questionRoutes: Routes = (app, server) => {
  const { host } = server;
  app.get("/questions", async (context) => {
    const { run: runId, flow, cursor, limit: count } = queryOf(context, ["flow", "run", "limit", "cursor"]);
    const limit = wholeNumber(count, { name: "limit", least: 1, most: 1000 }) ?? 100;
    const filters = { ...(runId !== undefined && { runId }), ...(flow !== undefined && { flow }) };
    const { questions, next } = await questionsOf(host, { ...filters, limit, cursor, access: context.get("access") });
    // of what is shown: others are none of the request's business
    const view = questions.map(({ question, nearest }) => shown(question, errorsFor(context, server, nearest.name)));
    return json({ questions: view, ...(next !== undefined && { next }) });
  });
  app.get("/questions/:id", async (context) => {
    const { question, nearest } = await questionOf(context, host, "read");
    queryOf(context, []);
    return json(shown(question, errorsFor(context, server, nearest.name)));
  });
  app.post("/questions/:id", async (context) => {
    const { question, run, hosted } = await questionOf(context, host, "answer");
    queryOf(context, ["wait"]);
    const waitMs = waitOf(context, server.limits.waitMs);
    const value = await bodyOf(context, server);
    refuseBusy(server);
    const under = await driveOn(host, run.id, () => hosted.flow.runs.answer(question.id, value, host.driving));
    return answerRun({ run: under, hosted, waitMs, context, server });
  });
};

/** A question as answers show it. */
export function shown({ runId, askedAt, until, ...rest }: Question, options: ProblemOptions): object {
  const view = {
    ...rest,
    run: runId,
    askedAt: new Date(askedAt),
    ...(until !== undefined && { until: new Date(until) }),
  };
  return toldJson(view, options) as object;
}

/** A question, with runs of flows of this host that it is asked in, or inside of. */
export interface HostedQuestion {
  readonly question: Question;
  /** Whose rights count: of the run that asks, or the nearest one around it. */
  readonly nearest: HostedFlow;
  /** What is driven on: the outermost one, with all that it has started. */
  readonly run: RunRecord;
  readonly hosted: HostedFlow;
}

/**
 * The open question that the path names.
 * @throws {FlowError} QUESTION_CLOSED – there is none that the request may know of
 * @throws {FlowError} SERVER_FORBIDDEN – it may not do this with it
 */
export async function questionOf(context: ServerContext, host: Host, verb: Verb): Promise<HostedQuestion> {
  const id = context.req.param("id") ?? "";
  const [question] = id !== "" && id.length <= 1000 ? (await host.persistence.questions({ id })).questions : [];
  const access = context.get("access");
  const found = question && (await asked(host, question));
  if (!found || !access.reaches(question.runId) || !access.sees(found.nearest.name)) {
    throw new FlowError("QUESTION_CLOSED", `There is no open question "${id.slice(0, 200)}".`);
  }
  requireRight(access, found.nearest.name, verb);
  return found;
}

/** Where a question is asked; undefined: in no run of a flow of this host. */
export async function asked({ persistence, flows }: Host, question: Question): Promise<HostedQuestion | undefined> {
  let found: HostedQuestion | undefined;
  for (let id: string | undefined = question.runId; id !== undefined; ) {
    const run: RunRecord | undefined = await persistence.get(id);
    const hosted = run && flows.get(run.flow);
    if (hosted) found = { question, nearest: found?.nearest ?? hosted, run, hosted };
    id = run?.parent;
  }
  return found;
}

interface Listing {
  readonly runId?: string;
  readonly flow?: string;
  readonly limit: number;
  readonly cursor: string | undefined;
  readonly access: Access;
}

/** So many questions are looked at for one request that is shown none of them. */
const looksAtMost = 5000;
const pageQuestions = 100;

/** It may hold less than `limit`, and even nothing, where `next` says that there is more. Others are served between two pages. */
async function questionsOf(
  host: Host,
  { limit, cursor: from, access, ...filters }: Listing,
): Promise<{ readonly questions: readonly HostedQuestion[]; readonly next?: string }> {
  const shownTo: HostedQuestion[] = [];
  const own = access.confined && { runIdPrefix: access.own("") };
  let cursor = from;
  for (let looked = 0; ; looked += pageQuestions) {
    const at = cursor !== undefined && { cursor };
    const page = await host.persistence.questions({ ...filters, ...own, limit: pageQuestions, ...at });
    for (const question of page.questions) {
      const found = access.reaches(question.runId) ? await asked(host, question) : undefined;
      if (!found || !access.may(found.nearest.name, "read")) continue;
      if (shownTo.length === limit) return { questions: shownTo, next: placeOf(shownTo.at(-1)!.question) };
      shownTo.push(found);
    }
    cursor = page.next;
    if (cursor === undefined) return { questions: shownTo };
    if (looked + pageQuestions >= looksAtMost) {
      return { questions: shownTo, next: shownTo.length > 0 ? placeOf(shownTo.at(-1)!.question) : cursor };
    }
    await nextTurn();
  }
}

/** Where a list goes on after a question. */
function placeOf({ askedAt, id }: Question): string {
  return `${askedAt}.${id}`;
}
