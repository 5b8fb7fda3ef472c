import { z } from "zod";

const secret = z.string().min(1);

/** `connections:` of `type: http`: a service, and what it knows its callers by. */
export const httpConnection = z.strictObject({
  type: z.literal("http"),
  description: z.string().optional(),
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .describe("What the URLs of steps are relative to. Nothing is sent to another host."),
  auth: z
    .union([
      z.strictObject({ bearer: secret }),
      z.strictObject({ basic: z.strictObject({ user: z.string(), password: z.string() }) }),
      z.strictObject({ header: z.strictObject({ name: z.string().min(1), value: secret }) }),
      z.strictObject({ query: z.strictObject({ name: z.string().min(1), value: secret }) }),
    ])
    .optional()
    .describe(
      "`{ bearer }`, `{ basic: { user, password } }`, `{ header: { name, value } }` or `{ query: { name, value } }`.",
    ),
  headers: z.record(z.string(), z.string()).optional().describe("Sent with every request."),
  allowPrivate: z
    .boolean()
    .default(false)
    .describe("Whether the service may stand in a private network, or on this machine."),
});
export type HttpConnection = z.output<typeof httpConnection>;

/** Puts what a connection sends into a request. */
export function authorize({ auth, headers = {} }: HttpConnection, url: URL): Record<string, string> {
  const sent = lowerCased(headers);
  if (!auth) return sent;
  if ("bearer" in auth) sent.authorization = `Bearer ${auth.bearer}`;
  else if ("basic" in auth)
    sent.authorization = `Basic ${Buffer.from(`${auth.basic.user}:${auth.basic.password}`).toString("base64")}`;
  else if ("header" in auth) sent[auth.header.name.toLowerCase()] = auth.header.value;
  else url.searchParams.set(auth.query.name, auth.query.value);
  return sent;
}

export const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
