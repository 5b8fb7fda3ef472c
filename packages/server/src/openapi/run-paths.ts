/** Operations on runs and questions, and those of who keeps the server. */
import {
  always,
  answer,
  badRequest,
  cursor,
  forbidden,
  idempotencyKey,
  inPath,
  inQuery,
  jsonBody,
  limit,
  notFound,
  operation,
  orPages,
  outcomes,
  problem,
  ref,
  runId,
  text,
  wait,
} from "./parts.js";
import type { Parameter, Paths } from "./types.js";

const ofRun = (id: string, summary: string): { id: string; summary: string; tag: string } => ({
  id,
  summary,
  tag: "runs",
});
const questionId = inPath("id", "The question's id.");
const found = { ...forbidden, ...notFound };
const lastEventId: Parameter = {
  name: "Last-Event-ID",
  in: "header",
  description: "The id of the event that was read last.",
  schema: text,
};

export const runPaths: Paths = {
  "/runs": {
    get: operation({
      ...ofRun("listRuns", "Runs, newest first"),
      parameters: [
        inQuery("flow", "Of this flow."),
        inQuery("status", "Of this status; several with commas."),
        inQuery("session", "Of this session."),
        inQuery("parent", "Started by this run."),
        inQuery("forkedFrom", "Forks of this run."),
        inQuery("continues", "Begun on the state of this run."),
        inQuery("from", "Created at or after; ISO text, or ms since the epoch."),
        inQuery("to", "Created before."),
        limit,
        cursor,
      ],
      answers: { "200": answer("A page of them.", ref("RunList")), ...badRequest, ...forbidden },
    }),
  },
  "/runs/{id}": {
    get: operation({
      ...ofRun("getRun", "How a run stands, and what has come of it"),
      parameters: [runId],
      answers: { "200": answer("The run.", ref("Run")), ...found },
    }),
  },
  "/runs/{id}/state": {
    get: operation({
      ...ofRun("getState", "A run's state, now or earlier"),
      parameters: [
        runId,
        inQuery("at", "`12`, `write` or `write#2`: after an entry of its journal, or a call of a step."),
      ],
      answers: {
        "200": answer("The state.", ref("RunState")),
        ...badRequest,
        ...found,
        "410": problem("The journal no longer reaches back to it."),
      },
    }),
  },
  "/runs/{id}/events": {
    get: operation({
      ...ofRun(
        "getEvents",
        "What a run has done: a page, or with `Accept: text/event-stream` all of it and what comes",
      ),
      parameters: [runId, inQuery("after", "Those after this one."), limit, lastEventId],
      answers: {
        "200": {
          description: "A page, or a stream.",
          content: {
            "application/json": { schema: ref("EventList") },
            "text/event-stream": { schema: text },
          },
        },
        "204": { description: "The run has ended, and all was read." },
        ...badRequest,
        ...found,
        "410": problem("The journal no longer reaches back to it."),
      },
    }),
  },
  "/runs/{id}/cancel": {
    post: operation({
      ...ofRun("cancelRun", "Ends a run"),
      parameters: [runId],
      body: jsonBody({
        type: "object",
        additionalProperties: false,
        properties: { reason: { ...text, maxLength: 1000 } },
      }),
      answers: outcomes(ref("Run")),
    }),
  },
  "/runs/{id}/resume": {
    post: operation({
      ...ofRun("resumeRun", "Goes on with a run where it stands"),
      parameters: [runId, wait],
      answers: outcomes(ref("Run")),
    }),
  },
  "/runs/{id}/fork": {
    post: operation({
      ...ofRun("forkRun", "Makes a new run from any moment of another"),
      parameters: [runId, idempotencyKey],
      body: jsonBody({
        type: "object",
        additionalProperties: false,
        properties: {
          at: { type: ["integer", "string"], description: "`12`, `write` or `write#2`." },
          state: { type: "object", description: "Put over the state." },
        },
      }),
      answers: {
        "201": answer("The new run; it is not driven yet.", ref("Run")),
        ...badRequest,
        ...found,
        "409": problem("It can't be done as things stand."),
        "410": problem("The journal no longer reaches back to it."),
        "422": problem("The state does not fit."),
      },
    }),
  },
  "/runs/{id}/signals/{name}": {
    post: operation({
      ...ofRun("sendSignal", "Sends a run a signal"),
      parameters: [runId, inPath("name", "The signal's name."), wait, idempotencyKey],
      body: jsonBody({ description: "The payload." }),
      answers: outcomes(ref("Run")),
    }),
  },
  "/questions": {
    get: operation({
      id: "listQuestions",
      summary: "What people are asked, oldest first",
      tag: "questions",
      parameters: [inQuery("flow", "Of runs of this flow."), inQuery("run", "Of this run."), limit, cursor],
      answers: { "200": answer("A page of them.", ref("QuestionList")), ...badRequest },
    }),
  },
  "/questions/{id}": {
    get: operation({
      id: "getQuestion",
      summary: "A question that is open",
      tag: "questions",
      parameters: [questionId],
      answers: { "200": answer("The question.", ref("Question")), ...forbidden, "409": problem("It is not open.") },
    }),
    post: operation({
      id: "answerQuestion",
      summary: "Answers a question",
      tag: "questions",
      parameters: [questionId, wait],
      body: jsonBody({ description: "The answer.", anyOf: [ref("Decision"), {}] }),
      answers: outcomes(ref("Run")),
    }),
  },
};

const token = inPath("token", "What the link ends with.");
const closedLink = {
  ...badRequest,
  "404": problem("Nobody has made it."),
  "409": problem("The question is not open any more."),
  "410": problem("Its time is over."),
  default: always.default,
};

/** Links by which people answer who have no key. */
export const linkPaths: Paths = {
  "/questions/{id}/links": {
    post: operation({
      id: "makeLink",
      summary: "Makes a link by which whoever has it answers the question, once",
      tag: "questions",
      parameters: [questionId],
      body: jsonBody(ref("LinkWish")),
      answers: {
        "201": answer("The link.", ref("Link")),
        ...badRequest,
        ...forbidden,
        "409": problem("It is not open."),
      },
    }),
  },
  "/links/{token}": {
    get: operation({
      id: "openLink",
      summary: "What a link asks: a page for people, JSON for programs",
      tag: "questions",
      open: true,
      parameters: [token],
      answers: orPages({ "200": answer("The question.", ref("Question")), ...closedLink }),
    }),
    post: operation({
      id: "answerLink",
      summary: "Answers what a link asks",
      tag: "questions",
      open: true,
      parameters: [token],
      body: {
        content: {
          "application/json": { schema: { description: "The answer.", anyOf: [ref("Decision"), {}] } },
          "application/x-www-form-urlencoded": { schema: { type: "object", description: "The form of its page." } },
        },
      },
      answers: orPages({
        "200": answer("The answer was taken.", { type: "object" }),
        ...closedLink,
        "422": problem("It does not fit what is asked for."),
      }),
    }),
  },
};

const keeping = (id: string, summary: string) => ({ id, summary, tag: "server", open: true });

export const keepingPaths: Paths = {
  "/": {
    get: operation({
      ...keeping("getRoot", "Leads to the page that tells what there is"),
      answers: { "302": { description: "It is at `/docs`." } },
    }),
  },
  "/healthz": {
    get: operation({
      ...keeping("isAlive", "Whether the process answers"),
      answers: { "200": answer("It does.", ref("Health")) },
    }),
  },
  "/readyz": {
    get: operation({
      ...keeping("isReady", "Whether it takes requests: the store answers, and it is not being stopped"),
      answers: { "200": answer("It does.", ref("Health")), "503": problem("Not now.") },
    }),
  },
  "/metrics": {
    get: operation({
      id: "getMetrics",
      summary: "Counts and durations for Prometheus",
      tag: "server",
      answers: { "200": answer("Prometheus's text format.", text, "text/plain"), ...forbidden },
    }),
  },
  "/openapi.json": {
    get: operation({
      id: "getOpenApi",
      summary: "This description",
      tag: "server",
      answers: { "200": answer("OpenAPI 3.1.", { type: "object" }) },
    }),
  },
  "/docs": {
    get: operation({
      id: "getDocs",
      summary: "This description, to be read and tried",
      tag: "server",
      answers: { "200": answer("A page.", text, "text/html") },
    }),
  },
};
