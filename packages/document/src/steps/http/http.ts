import { type Duration, durationMs, FlowError } from "millrace";
import { z } from "zod";
import { connectionRef } from "../../references/index.js";
import type { StepProblem } from "../../step-context.js";
import { defineStepType } from "../../step-type.js";
import { checkedAs } from "../checked-as.js";
import { checkType } from "../checks.js";
import { coerced } from "../decode/coerced.js";
import { stepError } from "../step-error.js";
import { httpConnection } from "./connection.js";
import { failed, place } from "./failures.js";
import { requestOf } from "./request.js";
import { type Answer, send } from "./send.js";

const fields = z.record(z.string(), z.unknown());
const duration = z.union([
  z.int().min(1),
  z.string().regex(/^\d+(\.\d+)?(ms|s|m|h)$/, 'Milliseconds, or a text such as "30s".'),
]);

const config = z.strictObject({
  url: z
    .string()
    .min(1)
    .describe(
      "Values in it are encoded: `https://api.example.com/users/{{ input.id }}`. Relative to the connection's `baseUrl`.",
    ),
  method: z
    .enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
    .optional()
    .describe("The default is GET; with a body POST."),
  connection: connectionRef("http").optional().describe("Whose credentials are sent; of type `http`."),
  headers: fields.optional(),
  query: fields.optional().describe("Parameters of the URL; a list stands several times, null is left out."),
  json: z.unknown().optional().describe("The body, as JSON."),
  text: z.unknown().optional().describe("The body, as a text."),
  form: fields.optional().describe("The body, as the fields of a form."),
  read: z
    .enum(["auto", "json", "text", "bytes"])
    .default("auto")
    .describe("How the answer's body is read; `auto` goes by its type."),
  as: z.unknown().optional().describe("The type that the body must have."),
  result: z.enum(["body", "response"]).default("body").describe("`response`: `{ status, headers, body }`."),
  expect: z
    .array(z.int().min(100).max(599))
    .min(1)
    .optional()
    .describe("Statuses that are no failure. The default is 200 to 299."),
  redirects: z.int().min(0).max(20).default(5).describe("How many are followed."),
  requestTimeout: duration.default("30s").describe("How long one attempt may take, redirects and body included."),
  maxBytes: z.int().min(0).max(1_000_000_000).default(10_000_000).describe("How large an answer may be."),
  allowPrivate: z.boolean().default(false).describe("Whether it may go to private addresses and to this machine."),
  idempotencyKey: z
    .boolean()
    .default(true)
    .describe("Whether a request that changes something has the call's `Idempotency-Key`, the same in every attempt."),
});
type Config = z.output<typeof config>;

/** One HTTP request. */
export const http = defineStepType({
  type: "http",
  description: "Sends an HTTP request, and answers with what comes back.",
  config,
  templates: ["headers", "query", "json", "text", "form"],
  parts: ["url"],
  output({ as, result, read }, context) {
    const found = as === undefined ? undefined : context.type(as);
    const body = found && "schema" in found ? found.schema : read === "text" ? z.string() : z.unknown();
    return result === "body" ? body : z.object({ status: z.number(), headers: z.record(z.string(), z.string()), body });
  },
  check: (given, context) => [...checkType(["as"], given.as, context), ...bodyProblems(given), ...urlProblems(given)],
  retryIf: (error) => !FlowError.is(error) || error.retryable,
  async run({ config, tools, project }) {
    const { call } = tools;
    const connection =
      config.connection === undefined ? undefined : httpConnection.parse(project.connection(config.connection));
    const method = methodOf(config);
    const { url, headers, body } = requestOf({ ...config, method }, connection);
    if (config.idempotencyKey && method !== "GET" && method !== "HEAD")
      headers["idempotency-key"] ??= call.idempotencyKey;
    const answer = await send(url, {
      method,
      headers: { accept: "application/json, */*;q=0.5", "user-agent": "millrace", ...headers },
      body,
      redirects: config.redirects,
      // what a connection allows is its own service: where that sends a request on to is another matter
      mayBePrivate: (at) =>
        config.allowPrivate || (connection?.allowPrivate === true && at.origin === new URL(connection.baseUrl).origin),
      maxBytes: config.maxBytes,
      timeoutMs: durationMs(config.requestTimeout as Duration),
      signal: call.abortSignal,
    });
    checkStatus(answer, method, config);
    const read = bodyRead(answer, config);
    const made = config.as === undefined ? read : typed(read, project.type(config.as));
    return config.result === "body" ? made : { status: answer.status, headers: shownHeaders(answer), body: made };
  },
});

const bodies = ["json", "text", "form"] as const;
const given = (config: Config) => bodies.filter((name) => config[name] !== undefined);
const methodOf = (config: Config) => config.method ?? (given(config).length > 0 ? "POST" : "GET");

function bodyProblems(config: Config): StepProblem[] {
  const [first, second] = given(config);
  if (second)
    return [
      {
        path: [second],
        message: `The request has two bodies, \`${first}\` and \`${second}\`.`,
        hint: "Leave one of them out.",
      },
    ];
  const { method } = config;
  return first && (method === "GET" || method === "HEAD")
    ? [{ path: [first], message: `A ${method} request has no body.`, hint: "Take `query`, or another method." }]
    : [];
}

function urlProblems({ url, connection }: Config): StepProblem[] {
  if (connection !== undefined || url.startsWith("{{") || /^https?:\/\/./i.test(url)) return [];
  return [
    {
      path: ["url"],
      message: `${JSON.stringify(url)} is no URL of http or https.`,
      hint: "Write it whole, or name a `connection` whose `baseUrl` it is relative to.",
    },
  ];
}

function checkStatus({ status, body, url }: Answer, method: string, { expect }: Config): void {
  if (expect ? expect.includes(status) : status >= 200 && status < 300) return;
  throw stepError("STEP_HTTP_STATUS", `${method} ${place(url)} was answered with ${status}.`, {
    hint: "Correct the request, or name the status in `expect` and look at it by `result: response`.",
    details: { status, body: new TextDecoder().decode(body.subarray(0, 2000)) },
    retryable: status >= 500 || status === 408 || status === 425 || status === 429,
  });
}

const between: ReadonlySet<string> = new Set([
  "set-cookie",
  "set-cookie2",
  "www-authenticate",
  "proxy-authenticate",
  "authentication-info",
  "proxy-authentication-info",
]);

/** Cookies and challenges are between the hosts: what a step makes is stored. */
function shownHeaders({ headers }: Answer): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !between.has(name)));
}

function bodyRead(answer: Answer, { read }: Config): unknown {
  if (read === "bytes") return new Uint8Array(answer.body);
  const type = answer.headers["content-type"] ?? "";
  const json = read === "json" || (read === "auto" && /[/+]json\b/i.test(type));
  const text = decoded(answer, /charset="?([\w-]+)/i.exec(type)?.[1], json);
  if (!json) return text;
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw failed(`The answer of ${place(answer.url)} is no JSON: ${(error as Error).message}.`, {
      hint: "Read it as `read: text`, and decode it in a step of its own.",
      retryable: false,
    });
  }
}

/** Pages are read as browsers do, with � for what is no sign; data that would change by that is refused. */
function decoded({ body, url }: Answer, charset: string | undefined, strict: boolean): string {
  const decoder = decoderOf(charset, strict);
  try {
    return decoder.decode(body);
  } catch (cause) {
    throw failed(`The answer of ${place(url)} is no text of ${decoder.encoding}.`, {
      hint: "Read it as `read: bytes`.",
      retryable: false,
      cause,
    });
  }
}

function decoderOf(charset: string | undefined, fatal: boolean) {
  try {
    return new TextDecoder(charset, { fatal });
  } catch {
    return new TextDecoder("utf-8", { fatal });
  }
}

const typed = (body: unknown, schema: z.ZodType) =>
  checkedAs(coerced(body, schema), schema, { code: "STEP_VALUE_INVALID", what: "The answer's body" });
