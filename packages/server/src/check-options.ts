/**
 * What `createServer` and `listen` are given, looked at before anything is opened: an option that nobody reads, `auth` misspelt, say,
 * would leave a server open in silence. What is in each is checked where it is read.
 */
import { FlowError, nearest } from "millrace";

const known = {
  flows: "[Hello]",
  documents: '["flows.yaml"]',
  persistence: 'new SqlitePersistence("flows.db")',
  events: "new FlowEvents()",
  logger: "console",
  maxCalls: "1000",
  abortGrace: '"5s"',
  recoverEvery: '"2s"',
  clock: "systemClock",
  auth: "{ keys: [key] }, or a function of the request",
  limits: "{ bodyBytes: 1000000 }",
  chat: "{ client: 6 }",
  links: "{ secret }",
  basePath: '"/api"',
  schedules: '[{ id: "nightly", flow: "Report", cron: "0 3 * * *" }]',
  cors: '{ origins: ["https://example.com"] }',
  trustProxy: "true",
  clientAddress: '(request) => request.headers.get("fly-client-ip") ?? undefined',
  exposeErrors: "true",
} as const;

type Option = keyof typeof known;

const inside: Partial<Record<Option, readonly string[]>> = {
  limits: ["bodyBytes", "jsonDepth", "wait", "runs", "rate"],
  chat: ["client", "steps", "system", "bodyBytes"],
  links: ["secret", "publicUrl"],
  cors: ["origins", "credentials"],
};

/** What else the names are looked for as, by who comes from elsewhere. */
const elsewhere: Readonly<Record<string, string>> = {
  authorization: "auth",
  authentication: "auth",
  keys: "auth",
  flow: "flows",
  database: "persistence",
  store: "persistence",
  origins: "cors",
  prefix: "basePath",
};
const ofListen = ["port", "host", "hostname", "openToAll"];

/** @throws {FlowError} SERVER_OPTION_INVALID – there is no such option, or it is something else than what is taken */
export function checkOptions(options: unknown): void {
  if (!isRecord(options)) throw invalid("options", "`createServer` was given no options.", example("flows"));
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(known, name)) throw unknown(name);
    checkValue(name as Option, value);
    if (isRecord(value)) checkNames(value, { names: inside[name as Option], within: `${name}.` });
  }
  const { limits, auth, cors } = options as { limits?: { rate?: unknown }; auth?: object; cors?: { origins: unknown } };
  if (isRecord(limits?.rate)) checkNames(limits.rate, { names: ["requests", "per"], within: "limits.rate." });
  if (isRecord(auth)) checkKeys(auth);
  if (Array.isArray(cors?.origins)) cors.origins.forEach(checkOrigin);
}

/** @throws {FlowError} SERVER_OPTION_INVALID – `listen` was given what is no `{ port, hostname, openToAll }` */
export function checkListening(where: unknown): void {
  if (!isRecord(where))
    throw invalid("listen", "`listen` takes an object.", `Write listen({ port: ${Number(where) || 3000} }).`);
  checkNames(where, { names: ["port", "hostname", "openToAll"], within: "listen.", otherwise: { host: "hostname" } });
  const { port, hostname, openToAll } = where as Record<string, unknown>;
  if (port !== undefined && !(Number.isInteger(port) && (port as number) >= 0 && (port as number) < 65_536))
    throw invalid(
      "listen.port",
      "`listen.port` is no port.",
      "Give a whole number from 0 (any that is free) to 65535.",
    );
  if (hostname !== undefined && (typeof hostname !== "string" || hostname === ""))
    throw invalid("listen.hostname", "`listen.hostname` is no name or address.", 'Write it as in "127.0.0.1".');
  if (openToAll !== undefined && typeof openToAll !== "boolean")
    throw invalid(
      "listen.openToAll",
      "`listen.openToAll` is neither true nor false.",
      "Write openToAll: true, or leave it away.",
    );
}

function checkValue(name: Option, value: unknown): void {
  const fits = shapes[name];
  if (!fits || fits(value)) return;
  throw invalid(name, `\`${name}\` is ${kindOf(value)}, which it can't be.`, example(name));
}

const isFunction = (value: unknown) => typeof value === "function";
const isBoolean = (value: unknown) => typeof value === "boolean";
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const has =
  (...methods: readonly string[]) =>
  (value: unknown) =>
    typeof value === "object" && value !== null && methods.every((method) => isFunction((value as never)[method]));

const shapes: Partial<Record<Option, (value: unknown) => boolean>> = {
  flows: Array.isArray,
  documents: Array.isArray,
  schedules: Array.isArray,
  persistence: has("create", "append"),
  events: has("on"),
  logger: has("error", "warn"),
  clock: has("now", "setTimer"),
  auth: (value) => isFunction(value) || (isRecord(value) && Array.isArray(value.keys)),
  limits: isRecord,
  chat: isRecord,
  links: isRecord,
  cors: (value) => isRecord(value) && (value.origins === "*" || Array.isArray(value.origins)),
  basePath: (value) => typeof value === "string",
  trustProxy: isBoolean,
  exposeErrors: isBoolean,
  clientAddress: isFunction,
};

/** A right that is misspelt would be none, and one that confines would confine nobody. */
function checkKeys(auth: Readonly<Record<string, unknown>>): void {
  checkNames(auth, { names: ["keys"], within: "auth." });
  for (const key of auth.keys as readonly unknown[]) {
    if (typeof key === "string") continue;
    if (!isRecord(key)) throw invalid("auth.keys", `\`auth.keys\` holds ${kindOf(key)}.`, example("auth"));
    checkNames(key, { names: ["key", "subject", "flows", "everyone"], within: "auth.keys." });
  }
}

/** Browsers send an origin to the letter: what is written otherwise is nobody's. */
function checkOrigin(given: unknown): void {
  const origin = typeof given === "string" ? originOf(given) : undefined;
  if (origin === given && origin !== undefined) return;
  const hint =
    given === "*"
      ? 'Write origins: "*", without a list, for the pages of all.'
      : `Write it as in "${origin ?? "https://example.com"}": no path, and no slash at its end.`;
  throw invalid("cors.origins", `\`cors.origins\` holds what is no origin: ${JSON.stringify(given)}.`, hint);
}

/** Those of apps and extensions are origins too, which `URL` does not tell. */
function originOf(given: string): string | undefined {
  if (!URL.canParse(given)) return undefined;
  const { origin, protocol, host } = new URL(given);
  if (host === "") return undefined;
  return origin === "null" ? `${protocol}//${host}` : origin;
}

interface Names {
  readonly names: readonly string[] | undefined;
  readonly within: string;
  readonly otherwise?: Readonly<Record<string, string>>;
}

function checkNames(given: object, { names, within, otherwise = {} }: Names): void {
  if (!names) return;
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || names.includes(name)) continue;
    const meant = (Object.hasOwn(otherwise, name) ? otherwise[name] : undefined) ?? nearest(name, names);
    const hint = meant === undefined ? `There are: ${names.join(", ")}.` : `Write \`${meant}\`.`;
    throw invalid(within + name, `There is no option \`${within}${name}\`.`, hint);
  }
}

function unknown(name: string): FlowError {
  const message = `\`createServer\` has no option \`${name}\`.`;
  if (ofListen.includes(name))
    return invalid(
      name,
      message,
      "Where it listens is told to `listen`: server.listen({ port, hostname, openToAll }).",
    );
  const names = Object.keys(known);
  const meant = (Object.hasOwn(elsewhere, name) ? elsewhere[name] : undefined) ?? nearest(name, names);
  return invalid(name, message, meant === undefined ? `There are: ${names.join(", ")}.` : example(meant as Option));
}

const example = (name: Option): string => `Write ${name}: ${known[name]}.`;

const kindOf = (value: unknown): string =>
  value === null
    ? "null"
    : Array.isArray(value)
      ? "a list"
      : typeof value === "object"
        ? "an object"
        : `a ${typeof value}`;

const invalid = (option: string, message: string, hint: string): FlowError =>
  new FlowError("SERVER_OPTION_INVALID", message, { hint, details: { option } });
