/** What a secret is found by when a server echoes it: as it is, and as requests and JSON write it. */
import type { Connection } from "../step-context.js";

/** Shorter ones stand in every text. */
const shortest = 4;

/** The longest first, so that no part of one is left where another begins it. */
export function secretForms(secrets: readonly string[], connections: readonly Connection[]): readonly string[] {
  const whole = secrets.filter((secret) => secret.length >= shortest);
  const pairs = connections.flatMap(basicOf).filter((pair) => whole.some((secret) => pair.includes(secret)));
  const forms = [...whole.flatMap(written), ...pairs.map((pair) => Buffer.from(pair).toString("base64"))];
  return [...new Set(forms)].sort((a, b) => b.length - a.length);
}

function written(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const text = bytes.toString();
  const query = new URLSearchParams({ s: secret }).toString().slice(2);
  const encoded = [encodeURI(text), encodeURIComponent(text), query];
  return [secret, JSON.stringify(secret).slice(1, -1), ...encoded, bytes.toString("base64"), bytes.toString("latin1")];
}

/** What is sent as one text: `user:password`. */
function basicOf(connection: Connection): readonly string[] {
  // a document may say nothing where one is to stand
  const given = connection as { readonly auth?: { readonly basic?: { user?: unknown; password?: unknown } } } | null;
  const basic = given?.auth?.basic;
  return basic ? [`${String(basic.user)}:${String(basic.password)}`] : [];
}
