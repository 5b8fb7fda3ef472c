/** What a run that a request starts begins on: a state of its own, that of a session, or that of another run. */
import { FlowError, type RunRecord } from "millrace";
import type { Access } from "../auth/index.js";
import type { HostedFlow } from "../host/index.js";
import { invalidRequest } from "../http/index.js";

export interface RunBase {
  /** As it is named in the store. */
  readonly session?: string;
  /** The run of the session that it goes on from; null: none. Absent: the newest. */
  readonly from?: string | null;
  /** Any run of the flow. */
  readonly continues?: string;
}

/** What a request may say of it, in its address. */
export const baseParameters = ["session", "from", "continues"] as const;

type Given = Readonly<Partial<Record<(typeof baseParameters)[number], string>>>;

const longestSession = 300;

/**
 * @throws {FlowError} SERVER_REQUEST_INVALID – they do not go together, or can't be
 * @throws {FlowError} RUN_NOT_FOUND – a run that the request may not know of
 */
export function runBase({ session, from, continues }: Given, access: Access): RunBase {
  if (session !== undefined && (session === "" || session.length > longestSession || /\p{Cc}/u.test(session)))
    throw invalidRequest(
      '"session" can\'t name a session.',
      `Give 1 to ${longestSession} characters that can be seen.`,
    );
  if (session === undefined && from !== undefined)
    throw invalidRequest(
      '"from" goes on from a run of a session.',
      "Say which by ?session=; ?continues= takes any run.",
    );
  if (session !== undefined && continues !== undefined)
    throw invalidRequest('"session" and "continues" do not go together.', "Give one of them; ?from= is for sessions.");
  const run = from === "null" ? undefined : (from ?? continues);
  if (run !== undefined && !access.reaches(run))
    throw new FlowError("RUN_NOT_FOUND", `There is no run "${run.slice(0, 200)}".`);
  return {
    ...(session !== undefined && { session: access.session(session) }),
    ...(from !== undefined && { from: from === "null" ? null : from }),
    ...(continues !== undefined && { continues }),
  };
}

/** The id of a run on it: whose the session is, theirs is the run. */
export function idOn({ session }: RunBase, access: Access, name: string): string {
  return session === undefined ? access.own(name) : access.ownFor(session, name);
}

/** Drives a new run on it. */
export function startOn(
  { flow }: HostedFlow,
  { session, from, continues }: RunBase,
  { inputs, ...options }: { readonly id: string; readonly inputs: unknown },
): Promise<unknown> {
  const given = inputs as object;
  if (session !== undefined) return flow.continue(session, given, { ...options, ...(from !== undefined && { from }) });
  return flow.kickoff(given, { ...options, ...(continues !== undefined && { continues }) });
}

/** Whether a stored run was started on the same; which run was the session's newest may have changed since. */
export function sameBase({ session, continues }: RunRecord, base: RunBase): boolean {
  const run = base.from ?? base.continues;
  return session === base.session && (run === undefined || continues?.run === run);
}
