/** What operations are put together of. */
import type { Operation, Parameter, Schema } from "./types.js";

export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
export const text: Schema = { type: "string" };
/** How a run stands. */
export const runStatus: Schema = {
  type: "string",
  enum: ["running", "waiting", "completed", "failed", "cancelled"],
};
const whole: Schema = { type: "integer", minimum: 1 };

export const inPath = (name: string, description: string): Parameter => ({
  name,
  in: "path",
  required: true,
  description,
  schema: text,
});

export const inQuery = (name: string, description: string, schema: Schema = text): Parameter => ({
  name,
  in: "query",
  description,
  schema,
});

export const wait = inQuery("wait", "How long to wait for what comes of it: seconds, or a duration such as `2m`.");
/** What a run begins on. */
export const base = [
  inQuery("session", "The session whose newest run has left the state that it begins on."),
  inQuery("from", "Of a session: the run that it goes on from instead of the newest; `null`: from the beginning."),
  inQuery("continues", "The run of the flow whose state it begins on."),
];
export const limit = inQuery("limit", "At most so many.", { ...whole, maximum: 1000, default: 100 });
export const cursor = inQuery("cursor", "`next` of the page before.");
export const runId = inPath("id", "The run's id.");
export const idempotencyKey: Parameter = {
  name: "Idempotency-Key",
  in: "header",
  description: "The same request with the same key has its effect once.",
  schema: { ...text, minLength: 1, maxLength: 255 },
};
export const prefer: Parameter = {
  name: "Prefer",
  in: "header",
  description: "`wait=30` is as `?wait=30`.",
  schema: text,
};

export const jsonBody = (schema: Schema, required = false): object => ({
  required,
  content: { "application/json": { schema } },
});

export const answer = (description: string, schema: Schema, type = "application/json"): object => ({
  description,
  content: { [type]: { schema } },
});

export const problem = (description: string): object => answer(description, ref("Problem"), "application/problem+json");

/** Answers that are pages for who asks for `text/html`, as browsers do. */
export const orPages = (answers: Readonly<Record<string, object>>): Readonly<Record<string, object>> =>
  Object.fromEntries(
    Object.entries(answers as Record<string, { readonly content?: object }>).map(([status, one]) => [
      status,
      { ...one, content: { ...one.content, "text/html": { schema: text } } },
    ]),
  );

/** Of anything that needs no more than that the server is well, and knows who asks. */
export const always = {
  "401": problem("Nobody knows who asks."),
  "429": problem("Too many requests; `Retry-After` says when to come back."),
  default: problem("What else can go wrong."),
};

export interface Described extends Pick<Operation, "summary"> {
  readonly id: string;
  readonly tag: string;
  readonly parameters?: readonly Parameter[];
  readonly body?: object;
  readonly answers: Readonly<Record<string, object>>;
  /** Anybody may. @default false */
  readonly open?: boolean;
}

export function operation({ id, summary, tag, parameters, body, answers, open = false }: Described): Operation {
  return {
    operationId: id,
    summary,
    tags: [tag],
    ...(open && { security: [] }),
    ...(parameters && { parameters }),
    ...(body && { requestBody: body }),
    responses: { ...(open ? { default: always.default } : always), ...answers },
  };
}

export const notFound = { "404": problem("There is none, or none that may be known of.") };
export const forbidden = { "403": problem("It may not be done.") };
export const badRequest = { "400": problem("The address, a header or the body can't be understood.") };

/** Of what drives a run on. */
export function outcomes(run: Schema): Record<string, object> {
  return {
    "200": answer("It has ended; what has come of it.", run),
    "202": answer("It is stored, and runs or waits; its address is in `Location`.", run),
    ...badRequest,
    ...forbidden,
    ...notFound,
    "409": problem("It can't be done as things stand."),
    "422": problem("What was sent does not fit; or somebody waited for a run that has failed."),
    "503": problem("Nothing new is begun now; `Retry-After` says when to come back."),
  };
}
