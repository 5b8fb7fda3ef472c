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
import { formAnswer } from "./question-form.js";
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
      return pageOf(questionPage({ ...question, value: toldJson(question.value, server) }, claims));
    }),
  );
  app.post("/links/:token", (context) =>
    answered(context, server, async () => {
      const { question, claims } = await linked(context, server);
      const found = await asked(server.host, question);
      if (!found) throw closed();
      const { run, hosted } = found;
      const form = isForm(context) ? await formOf(context, server) : undefined;
      const given = form ? formAnswer(question.schema, form) : await bodyOf(context, server);
      try {
        const value = allowed(given, claims);
        refuseBusy(server);
        await driveOn(server.host, run.id, () => hosted.flow.runs.answer(question.id, value, server.host.driving));
      } catch (error) {
        if (!form || !FlowError.is(error, "ANSWER_INVALID")) throw error;
        const view = { ...question, value: toldJson(question.value, server) };
        return pageOf(questionPage(view, { ...claims, refused: { form, why: problemsOf(error) } }), 422);
      }
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

const isForm = (context: ServerContext): boolean =>
  /^application\/x-www-form-urlencoded\b/i.test(context.req.header("content-type") ?? "");

/** The answer; of a link for one outcome that one, which need not be said. */
function allowed(given: unknown, { outcome: only }: LinkClaims): unknown {
  if (only === undefined) return given;
  const said = (typeof given === "object" ? given : { outcome: given }) as { readonly outcome?: unknown } | null;
  const { outcome = only, ...rest } = said ?? {};
  if (outcome === only) return { ...rest, outcome };
  throw invalidRequest("The link is for another outcome.", `It is for "${only}" alone.`);
}

const problemsOf = ({ details }: FlowError<"ANSWER_INVALID">): string =>
  details.problems.map(({ path, message }) => [path.join("."), message].filter(Boolean).join(": ")).join("; ");

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
