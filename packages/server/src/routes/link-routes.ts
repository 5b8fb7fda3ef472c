/** `POST /questions/:id/links` makes a link; `GET` and `POST /links/:token` are what it leads to: whoever has it may answer, once. */
import { durationMs, FlowError, type Question } from "millrace";
import { z } from "zod";
import {
  baseOf,
  bodyOf,
  formOf,
  invalidRequest,
  json,
  type LinkClaims,
  problemOf,
  queryOf,
  type RouteServer,
  type Routes,
  type ServerContext,
  toldJson,
} from "../http/index.js";
import { driveOn } from "./answer-run.js";
import { pageHeaders, questionPage, textPage } from "./link-page.js";
import { refuseBusy } from "./new-run.js";
import { asked, questionOf, shown } from "./question-routes.js";

const wish = z.strictObject({
  outcome: z.string().optional(),
  expiresIn: z.union([z.string(), z.number()]).optional(),
});
const longestMs = 365 * 24 * 3_600_000;

export const linkMakingRoutes: Routes = (app, server) => {
  app.post("/questions/:id/links", async (context) => {
    const { question } = await questionOf(context, server.host, "answer");
    queryOf(context, []);
    const { outcome, expiresIn = "7d" } = wished(await bodyOf(context, server));
    if (outcome !== undefined && !question.outcomes?.includes(outcome)) {
      const hint = question.outcomes
        ? `It can be: ${question.outcomes.join(", ")}.`
        : "It is no approval: leave it away.";
      throw invalidRequest(`The question has no outcome "${outcome.slice(0, 100)}".`, hint);
    }
    const until = Math.min(server.host.clock.now() + lasting(expiresIn), question.until ?? Number.POSITIVE_INFINITY);
    const { id, askedAt } = question;
    const token = server.links.token({ question: id, askedAt, until, ...(outcome !== undefined && { outcome }) });
    const origin = server.links.publicUrl ?? new URL(context.req.url).origin;
    const url = `${origin}${baseOf(context, server)}/links/${token}`;
    return json({ url, question: id, ...(outcome !== undefined && { outcome }), expiresAt: new Date(until) }, 201);
  });
};

/** Nobody is asked who they are: the link says what it allows. */
export const linkRoutes: Routes = (app, server) => {
  app.get("/links/:token", (context) =>
    answered(context, server, async () => {
      const { question, claims } = await linked(context, server);
      if (!wantsPage(context))
        return json({ ...shown(question, server), ...(claims.outcome && { outcomes: [claims.outcome] }) });
      return pageOf(questionPage({ ...question, value: toldJson(question.value, server) }, claims.outcome));
    }),
  );
  app.post("/links/:token", (context) =>
    answered(context, server, async () => {
      const { question, claims } = await linked(context, server);
      const found = await asked(server.host, question);
      if (!found) throw closed();
      const value = await answerIn(context, server, { question, claims });
      refuseBusy(server);
      const { run, hosted } = found;
      await driveOn(server.host, run.id, () => hosted.flow.runs.answer(question.id, value, server.host.driving));
      if (!wantsPage(context)) return json({ question: question.id, answered: true });
      return pageOf(textPage("Thank you", "Your answer was taken."));
    }),
  );
};

interface Linked {
  readonly question: Question;
  readonly claims: LinkClaims;
}

async function linked(context: ServerContext, { host, links }: RouteServer): Promise<Linked> {
  const claims = links.read(context.req.param("token") ?? "", host.clock.now());
  const [question] = (await host.persistence.questions({ id: claims.question })).questions;
  if (question?.askedAt !== claims.askedAt) throw closed();
  return { question, claims };
}

function closed(): FlowError {
  return new FlowError("QUESTION_CLOSED", "The question is not open any more: it was answered, or its time was up.");
}

/** A form's fields, or the JSON of a program: the answer itself, of an approval `{ outcome, feedback }`. */
async function answerIn(context: ServerContext, server: RouteServer, { question, claims }: Linked): Promise<unknown> {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(context.req.header("content-type") ?? "");
  const given = isForm ? fieldsOf(await formOf(context, server), question) : await bodyOf(context, server);
  if (!question.outcomes || claims.outcome === undefined) return given;
  const { outcome = claims.outcome, ...rest } = (given ?? {}) as { readonly outcome?: unknown };
  if (outcome === claims.outcome) return { ...rest, outcome };
  throw invalidRequest("The link is for another outcome.", `It is for "${claims.outcome}" alone.`);
}

function fieldsOf(form: URLSearchParams, { outcomes, schema }: Question): unknown {
  const feedback = form.get("feedback");
  if (outcomes) return { outcome: form.get("outcome"), ...(feedback && { feedback }) };
  const text = form.get("value") ?? "";
  if ((schema as { readonly type?: unknown } | null)?.type === "string") return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What goes wrong is told in the way that was asked for. */
async function answered(context: ServerContext, server: RouteServer, body: () => Promise<Response>): Promise<Response> {
  try {
    return await body();
  } catch (error) {
    if (!wantsPage(context)) throw error;
    const { status, detail, hint = "" } = problemOf(error, server);
    if (status === 500) server.host.logger?.error("a request failed", { error });
    const title = status === 409 ? "Already answered" : "This can't be done";
    return pageOf(textPage(title, `${detail} ${hint.includes("GET /") ? "" : hint}`), status);
  }
}

const wantsPage = (context: ServerContext): boolean => /\btext\/html\b/i.test(context.req.header("accept") ?? "");

async function pageOf(page: ReturnType<typeof textPage>, status = 200): Promise<Response> {
  return new Response(String(await page), { status, headers: pageHeaders });
}

function wished(given: unknown): z.infer<typeof wish> {
  const parsed = wish.safeParse(given ?? {});
  if (parsed.success) return parsed.data;
  throw invalidRequest(
    "The link can't be made like this.",
    'Give { "outcome": "approved", "expiresIn": "7d" }, or neither.',
  );
}

function lasting(given: string | number): number {
  try {
    const ms = durationMs(given as "7d");
    if (ms > 0 && ms <= longestMs) return ms;
  } catch (error) {
    if (!FlowError.is(error)) throw error;
  }
  throw invalidRequest("`expiresIn` is no duration up to a year.", 'Give one as "7d".');
}
