/** A step's config → what is sent. */
import { kindOf, shown, stepError } from "../step-error.js";
import { textOf } from "../texts.js";
import { authorize, type HttpConnection, lowerCased } from "./connection.js";

/** Of a step's config what the request is made of, its references resolved. */
export interface RequestConfig {
  readonly method: string;
  /** In parts: texts of the document at even positions, values at odd ones. */
  readonly url: unknown;
  readonly headers?: Readonly<Record<string, unknown>> | undefined;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly json?: unknown;
  readonly text?: unknown;
  readonly form?: Readonly<Record<string, unknown>> | undefined;
}

export interface Request {
  readonly url: URL;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

export function requestOf(config: RequestConfig, connection: HttpConnection | undefined): Request {
  const url = urlOf(config.url, connection);
  for (const [name, value] of Object.entries(config.query ?? {}))
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined && one !== null) url.searchParams.append(name, textOf(one));
  const own = Object.entries(config.headers ?? {}).filter(([, value]) => value !== undefined && value !== null);
  const headers = lowerCased(Object.fromEntries(own.map(([name, value]) => [name, textOf(value)])));
  const body = bodyOf(config, headers);
  const sent = { ...headers, ...(connection && authorize(connection, url)) };
  for (const [name, value] of Object.entries(sent)) checkHeader(name, value);
  return { url, headers: sent, body };
}

function urlOf(given: unknown, connection: HttpConnection | undefined): URL {
  const parts = Array.isArray(given) ? given : [given];
  // A value at the very beginning is where the request goes; all others stand for a part of a path or query.
  const text = parts
    .map((part, i) => (i % 2 === 0 || (i === 1 && parts[0] === "") ? textOf(part) : encoded(part)))
    .join("");
  // What a connection is for stays below its base, whatever the text says.
  const base = connection && new URL(connection.baseUrl.replace(/\/?$/, "/"));
  const url = parse(base ? text.replace(/^\/+/, "") : text, base);
  if (!url)
    throw refused(
      `${JSON.stringify(text.slice(0, 100))} is no URL`,
      'Write it whole: "https://api.example.com/users".',
    );
  if (base && (url.origin !== base.origin || !url.pathname.startsWith(base.pathname)))
    throw refused(
      `${url.origin}${url.pathname} does not belong to the step's connection, whose base is ${base.href}`,
      "Take a path below it, or a step without the connection.",
    );
  url.hash = "";
  return url;
}

/** `.` and `..` are no names but steps of a path: they would lead elsewhere. */
function encoded(value: unknown): string {
  const text = textOf(value);
  if (text === "." || text === "..")
    throw refused(`the URL's part ${JSON.stringify(text)} would lead elsewhere`, "Check the value where it is made.");
  return encodeURIComponent(text);
}

function parse(text: string, base: URL | undefined): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}

/** The value is not told: it may be what a connection is known by. */
function checkHeader(name: string, value: string): void {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) throw refused(`${shown(name)} is no name of a header`, "Correct its name.");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these end a header, and begin another
  const [wrong] = /[\x00\r\n]/.exec(value) ?? /[^\t\x20-\x7e\x80-\xff]/.exec(value) ?? [];
  if (wrong === undefined) return;
  const what = /[\r\n]/.test(wrong) ? "a line break" : "a sign that no header can hold";
  throw refused(`the header "${name}" has ${what} in it`, "Check the value where it is made.");
}

function bodyOf({ json, text, form, method }: RequestConfig, headers: Record<string, string>): string | undefined {
  if (method === "GET" || method === "HEAD") return undefined;
  const made = (type: string, body: string) => {
    headers["content-type"] ??= type;
    return body;
  };
  if (json !== undefined) return made("application/json", JSON.stringify(json));
  if (text !== undefined) return made("text/plain; charset=utf-8", textOf(text));
  if (form === undefined) return undefined;
  if (typeof form !== "object" || form === null) throw refused(`\`form\` is ${kindOf(form)}`, "Give it fields.");
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries(form))
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined && one !== null) fields.append(name, textOf(one));
  return made("application/x-www-form-urlencoded", fields.toString());
}

const refused = (what: string, hint: string) =>
  stepError("STEP_HTTP_REFUSED", `An http step sends nothing: ${what}.`, { hint });
