/** Finds out who a request is from: by bearer keys, or by a function of the user's. */
import { createHash, timingSafeEqual } from "node:crypto";
import { describeThrown, FlowError } from "millrace";
import { type Access, accessOf, type Identity } from "./access.js";

/** A bearer key, and what whoever has it may do. */
export interface AuthKey extends Identity {
  readonly key: string;
}

/** Who a request is from; `null` or `undefined`: nobody that is known, 401. One that throws lets nobody in: 500. */
export type AuthHook = (request: Request) => Identity | null | undefined | Promise<Identity | null | undefined>;

/** Keys that are sent as `Authorization: Bearer <key>`; one that is only a string may do everything. Or a function. */
export type AuthOptions = { readonly keys: readonly (string | AuthKey)[] } | AuthHook;

export type Authenticate = (request: Request) => Promise<Access>;

const everything = accessOf({});

/** @throws {FlowError} SERVER_OPTION_INVALID – no keys, or one that is easily guessed */
export function authentication(auth: AuthOptions | undefined): Authenticate {
  if (auth === undefined) return async () => everything;
  return typeof auth === "function" ? byHook(auth) : byKeys(auth.keys);
}

function byHook(hook: AuthHook): Authenticate {
  return async (request) => {
    // what it reads of the body would be missing later
    const identity = await answerOf(
      hook,
      new Request(request.url, { method: request.method, headers: request.headers }),
    );
    if (identity === null || identity === undefined) throw unauthenticated();
    const { subject } = checkedIdentity(identity);
    return accessOf(identity as Identity, subject && `subject ${subject}`);
  };
}

/** One that throws has not said that nobody is known: its rules or its keys may be out of reach. */
async function answerOf(hook: AuthHook, request: Request): Promise<unknown> {
  try {
    return await hook(request);
  } catch (cause) {
    throw new FlowError("SERVER_AUTH_FAILED", `\`auth\` has thrown: ${describeThrown(cause).message}`, {
      hint: "Nobody is let in. Where that means that who asks is not known, catch it and answer null.",
      cause,
    });
  }
}

/**
 * What is not surely an answer is none: one that was misspelt, or whose subject is missing, must not open everything.
 * @throws {FlowError} SERVER_AUTH_FAILED
 */
function checkedIdentity(identity: unknown): Identity {
  const { subject, flows, everyone, ...more } = (
    typeof identity === "object" && !Array.isArray(identity) ? identity : { identity }
  ) as Record<string, unknown>;
  if (Object.keys(more).length > 0) throw wrongIdentity(`what has no meaning: ${Object.keys(more)[0]}`);
  if (subject === undefined ? everyone !== true : typeof subject !== "string" || subject === "")
    throw wrongIdentity("no subject");
  if (flows !== undefined && flows !== "*" && (typeof flows !== "object" || flows === null))
    throw wrongIdentity("`flows` that are neither names nor rights");
  return identity as Identity;
}

function wrongIdentity(what: string): FlowError {
  return new FlowError("SERVER_AUTH_FAILED", `\`auth\` has answered ${what}.`, {
    hint: "Answer { subject: string, flows? }, { everyone: true } for who may see all, or null for somebody unknown.",
  });
}

function byKeys(given: readonly (string | AuthKey)[]): Authenticate {
  const keys = given.map((one) => (typeof one === "string" ? { key: one } : one));
  if (keys.length === 0 || keys.some(({ key }) => typeof key !== "string" || key.length < 16)) {
    throw new FlowError("SERVER_OPTION_INVALID", "`auth.keys` has no key, or one of fewer than 16 characters.", {
      hint: "Make one by: openssl rand -base64 32",
      details: { option: "auth.keys" },
    });
  }
  const known = keys.map(({ key, ...identity }) => {
    const hash = digest(key);
    return { hash, access: accessOf(identity, hash.toString("base64url")) };
  });
  return async (request) => {
    const sent = /^bearer +([^\s]+) *$/i.exec(request.headers.get("authorization") ?? "")?.[1];
    if (sent === undefined) throw unauthenticated();
    const hash = digest(sent);
    let found: Access | undefined;
    // all of them, however soon it is found: the time tells nothing
    for (const one of known) if (timingSafeEqual(one.hash, hash)) found = one.access;
    if (!found) throw unauthenticated();
    return found;
  };
}

const digest = (key: string): Buffer => createHash("sha256").update(key).digest();

function unauthenticated(): FlowError {
  return new FlowError("SERVER_UNAUTHENTICATED", "The request does not say who it is from.", {
    hint: "Send a key that the server knows: Authorization: Bearer <key>",
  });
}
