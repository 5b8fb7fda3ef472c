/** Requests of every kind, most of them wrong in one way or another: what a fuzzer sends. */
import fc from "fast-check";

export interface AnyRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: Uint8Array | string;
}

/** An address, and what may be sent there that makes some sense. */
export interface KnownRoute {
  readonly method: string;
  /** A name with a colon stands for one of `names`. */
  readonly path: string;
  readonly bodies?: readonly string[];
}

export interface Known {
  readonly routes: readonly KnownRoute[];
  readonly names: Readonly<Record<string, readonly string[]>>;
  readonly keys: readonly string[];
}

const odd = [
  ...["", ".", "..", "%2e%2e", "%00", "%zz", "%", "%ff%fe", "%F0%9F%98%80", "%C0%AF", "..%2f..%2fetc%2fpasswd"],
  ...["__proto__", "constructor", "toString", "hasOwnProperty", "null", "undefined", "NaN", "-1", "0", "1e999"],
  ...[
    "9007199254740993",
    "99999999999999999999999999",
    "1.5",
    "' OR 1=1 --",
    "a".repeat(2_000),
    "{{7*7}}",
    "\u202e",
    "ü",
  ],
];

const text = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...odd) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 30 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 30 }) },
);

const encoded = (value: string): string => {
  try {
    return encodeURIComponent(value);
  } catch {
    return "%ED%A0%80"; // half of a surrogate pair
  }
};

const queryNames = [
  ...[
    "wait",
    "after",
    "limit",
    "cursor",
    "flow",
    "status",
    "session",
    "parent",
    "at",
    "from",
    "to",
    "format",
    "run",
    "continues",
  ],
  ...["__proto__", "constructor", "length"],
];

const json = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc.constantFrom(
    ...["{}", "[]", "null", '""', "0", "-0", "1e999", "1e-999", '{"name":"Ada"}', '{"name":5}', "{", '{"a":1,"a":2}'],
    ...['{"__proto__":{"admin":true}}', '{"constructor":{"prototype":{}}}', '{"reason":5}', '{"at":0}', '{"at":1e9}'],
    ...[`${"[".repeat(5_000)}${"]".repeat(5_000)}`, `"${"x".repeat(2_000_000)}"`, '"\\ud800"', "\u0000", "NaN"],
    ...['{"at":1,"state":{"x":{}}}', '{"outcome":"yes","feedback":{}}', '{"at":{"step":"greet","number":1}}', "true"],
  ),
  fc.uint8Array({ maxLength: 60 }),
);

const headerValue = fc.oneof(text, fc.constantFrom("application/json", "text/event-stream", "*/*", "gzip", "Bearer x"));

const anyHeader = fc.oneof(
  fc.tuple(
    fc.constantFrom(
      ...["accept", "content-type", "last-event-id", "idempotency-key", "authorization", "prefer", "origin", "range"],
      ...["content-encoding", "accept-encoding", "x-forwarded-for", "host", "if-match", "cookie", "transfer-encoding"],
    ),
    headerValue,
  ),
  fc.tuple(fc.constant("accept"), fc.constantFrom("text/event-stream", "application/json", "text/html")),
  fc.tuple(fc.constant("last-event-id"), fc.constantFrom("1", "2.0", "1.1", "999999", "0.5", "1.999999999")),
  fc.tuple(fc.constant("content-type"), fc.constantFrom("application/json", "application/json; charset=utf-8")),
  fc.tuple(fc.constant("content-type"), fc.constant("application/x-www-form-urlencoded")),
  fc.tuple(fc.constant("accept"), fc.constant("text/html")),
);

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "BREW"];

export function anyRequest({ routes, names, keys }: Known): fc.Arbitrary<AnyRequest> {
  const filled = (part: string) =>
    part.startsWith(":")
      ? fc.oneof(
          { weight: 6, arbitrary: fc.constantFrom(...names[part.slice(1)]!.map(encoded)) },
          { weight: 1, arbitrary: text.map(encoded) },
          { weight: 1, arbitrary: text },
        )
      : fc.constant(part);
  const known = fc.constantFrom(...routes).chain(({ method, path, bodies = [] }) =>
    fc.record({
      method: fc.oneof({ weight: 8, arbitrary: fc.constant(method) }, fc.constantFrom(...methods)),
      path: fc.tuple(...path.split(/([/?&=])/).map(filled)).map((made) => made.join("")),
      body: fc.oneof(
        ...(bodies.length > 0 ? [{ weight: 3, arbitrary: fc.constantFrom(...bodies) }] : []),
        { weight: 1, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: json },
      ),
    }),
  );
  const unknown = fc.record({
    method: fc.constantFrom(...methods),
    path: fc.array(text, { maxLength: 5 }).map((parts) => `/${parts.join("/")}`),
    body: json,
  });
  const query = fc
    .array(
      fc.tuple(
        fc.oneof(fc.constantFrom(...queryNames), text),
        fc.oneof(text, fc.constantFrom("1", "5", "10ms", "null", "s1")),
      ),
      {
        maxLength: 2,
      },
    )
    .map((pairs) => pairs.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join("&"));
  return fc
    .record({
      to: fc.oneof({ weight: 12, arbitrary: known }, { weight: 1, arbitrary: unknown }),
      query: fc.oneof({ weight: 2, arbitrary: fc.constant("") }, query),
      headers: fc.array(anyHeader, { maxLength: 2 }),
      typed: fc.integer({ min: 0, max: 4 }),
      key: fc.option(fc.constantFrom(...keys, "wrong"), { nil: undefined }),
    })
    .map(({ to: { method, path, body }, query: asked, typed, key, headers }) => ({
      method,
      path: asked === "" ? path : `${path}${path.includes("?") ? "&" : "?"}${asked}`,
      headers: [
        ...headers,
        ...(typed > 0 ? [["content-type", "application/json"] as const] : []),
        ...(key === undefined ? [] : [["authorization", `Bearer ${key}`] as const]),
      ],
      ...(body !== undefined && { body }),
    }));
}

/** As a Request; undefined: a client could not even send it. */
export function requestOf({ method, path, headers, body }: AnyRequest): Request | undefined {
  try {
    const carries = method !== "GET" && method !== "HEAD";
    return new Request(`http://localhost${path.startsWith("/") ? path : `/${path}`}`, {
      method,
      headers: headers.map(([name, value]) => [name, value] as [string, string]),
      ...(carries && body !== undefined && { body: body as string }),
    });
  } catch {
    return undefined;
  }
}
