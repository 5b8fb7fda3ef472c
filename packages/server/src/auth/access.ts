/** What a request may do, and which runs are its own. */
import { createHash } from "node:crypto";
import { FlowError, nearest } from "millrace";

/**
 * `read`: the flow, its runs and its schedules. `run`: start runs, streams and turns of chats. `answer`: questions and signals.
 * `operate`: cancel, resume and fork runs, put and change schedules.
 */
export type Verb = "read" | "run" | "answer" | "operate";
export const verbs: readonly Verb[] = ["read", "run", "answer", "operate"];

/** Which flows, and what of each; `"*"`: all, also as a key for those that are not named. */
export type FlowRights = "*" | readonly string[] | Readonly<Record<string, "*" | readonly Verb[]>>;

/** What a request was found to be. */
export interface Identity {
  /**
   * Who it is: runs, questions and sessions that it makes belong to it, and it finds no others. Absent: what it makes belongs to
   * nobody, and it finds the runs of everybody.
   */
  readonly subject?: string;
  /** @default all flows, and all that can be done with them */
  readonly flows?: FlowRights;
  /** With a subject: it also finds the runs of everybody else. @default false */
  readonly everyone?: boolean;
}

/** What one request may do. */
export interface Access {
  readonly subject?: string;
  /** What limits are counted by; absent: by its address. */
  readonly key?: string;
  may(flow: string, verb: Verb): boolean;
  /** Whether it may know of a flow at all. */
  sees(flow: string): boolean;
  /** Whether a run (also one that such a run has started), by its id, or a session, by its name, is one that it may touch. */
  reaches(id: string): boolean;
  /** Whether what it reaches is less than all there is. */
  readonly confined: boolean;
  /** The name that an id of a run or the name of a session has in the store: one that only this subject's requests make. */
  own(name: string): string;
  /** The same of a session that is named as lists show it: where all may be reached, another's by its whole name. */
  session(name: string): string;
  /** The name of what is made for something that is stored: whose that is, theirs it is, whoever makes it. */
  ownFor(stored: string, name: string): string;
  /** The way back: the name that the subject knows it by; of what is another's, the whole of it. */
  local(stored: string): string;
}

export function accessOf({ subject, flows = "*", everyone = false }: Identity, key?: string): Access {
  const mark = subject === undefined ? "" : ownerMark(subject);
  const may = (flow: string, verb: Verb) => {
    if (flows === "*") return true;
    if (Array.isArray(flows)) return flows.includes(flow);
    const record = flows as Readonly<Record<string, "*" | readonly Verb[]>>;
    const rights = Object.hasOwn(record, flow) ? record[flow]! : Object.hasOwn(record, "*") ? record["*"]! : [];
    return rights === "*" || rights.includes(verb);
  };
  return {
    ...(subject !== undefined && { subject }),
    ...(key !== undefined && { key }),
    may,
    sees: (flow) => verbs.some((verb) => may(flow, verb)),
    confined: mark !== "" && !everyone,
    reaches: (id) => mark === "" || everyone || id.startsWith(mark),
    own: (name) => mark + name,
    session: (name) => (everyone && markPattern.test(name) ? name : mark + name),
    ownFor: (stored, name) => (markPattern.exec(stored)?.[0] ?? mark) + name,
    local: (stored) => (stored.startsWith(mark) ? stored.slice(mark.length) : stored),
  };
}

const markPattern = /^[\w-]{22}\./;

/** Ids tell whose they are, and not who that is: they are seen in addresses and logs. */
function ownerMark(subject: string): string {
  return `${createHash("sha256").update(`millrace subject ${subject}`).digest("base64url").slice(0, 22)}.`;
}

/**
 * @throws {FlowError} SERVER_FLOW_NOT_FOUND – it may not know of the flow
 * @throws {FlowError} SERVER_FORBIDDEN – it may not do this
 */
export function requireRight(access: Access, flow: string, verb: Verb): void {
  if (access.may(flow, verb)) return;
  if (!access.sees(flow)) throw flowNotFound(flow, []);
  throw new FlowError("SERVER_FORBIDDEN", `You may not do this with flow "${flow}".`, {
    hint: `It needs the right "${verb}".`,
    details: { flow, right: verb },
  });
}

/** `known`: the names that the request may know of. */
export function flowNotFound(flow: string, known: readonly string[]): FlowError {
  const near = flow.length <= 100 ? nearest(flow, known) : undefined;
  return new FlowError("SERVER_FLOW_NOT_FOUND", `There is no flow "${flow.slice(0, 100)}".`, {
    hint: near === undefined ? "GET /flows lists those that are." : `Did you mean "${near}"?`,
  });
}
