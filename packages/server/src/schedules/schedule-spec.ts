/** What a schedule is put as, by the config or by a request. */
import { isDeepStrictEqual } from "node:util";
import { FlowError, MemoryPersistence, nearest, type Schedule } from "millrace";
import { z } from "zod";
import type { Host, HostedFlow } from "../host/index.js";
import { dueTimes } from "./cron.js";

export interface ScheduleSpec {
  /** Letters, digits, `_`, `.` and `-`, 100 at most. */
  readonly id: string;
  /** The name of the flow that is started. */
  readonly flow: string;
  /** What it is started with. @default {} */
  readonly inputs?: unknown;
  /** Five fields from minutes on, or six from seconds on. */
  readonly cron: string;
  /** @default "UTC" */
  readonly timeZone?: string;
  /**
   * What happens to due times at which no server was there, for more than a minute. `run-once`: the latest one starts a run.
   * `skip`: none does. `all`: each does, the oldest first, of the last 100.
   * @default "run-once"
   */
  readonly missed?: Schedule["missed"];
  /**
   * What happens when the run before, of this schedule, runs or waits. `start`: another one is started. `skip`: the due time
   * passes without one.
   * @default "start"
   */
  readonly overlap?: Schedule["overlap"];
  /** @default true */
  readonly enabled?: boolean;
}

const fields = {
  flow: z.string().min(1).max(500),
  inputs: z.unknown(),
  cron: z.string().min(1).max(200),
  timeZone: z.string().min(1).max(100),
  missed: z.enum(["run-once", "skip", "all"]),
  overlap: z.enum(["start", "skip"]),
  enabled: z.boolean(),
};
const { flow, cron, ...others } = fields;
const id = z.string().regex(/^\w[\w.-]{0,99}$/, "letters, digits, _, . and -, 100 at most");

export const scheduleSpec = z.strictObject({ id, flow, cron, ...z.object(others).partial().shape });
/** Without an id: it is given one. */
export const newScheduleSpec = scheduleSpec.partial({ id: true });
/** What may be changed of one that is there. */
export const scheduleChange = z.strictObject(fields).partial();

/** @throws {FlowError} SERVER_SCHEDULE_INVALID – with all that does not fit */
export function parseSchedule<T>(schema: z.ZodType<T>, given: unknown): T {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => ({ path: path.map(String), message }));
  throw scheduleInvalid(problems, "A schedule has: id, flow, inputs, cron, timeZone, missed, overlap, enabled.");
}

export type ScheduleDefinition = Pick<Schedule, "flow" | "inputs" | "cron" | "timeZone" | "missed" | "overlap">;

/** With the defaults. */
export function definitionOf(spec: Omit<ScheduleSpec, "id" | "enabled">): ScheduleDefinition {
  const { flow, inputs = {}, cron, timeZone = "UTC", missed = "run-once", overlap = "start" } = spec;
  return { flow, inputs, cron, timeZone, missed, overlap };
}

/** Whether a stored one has all of this. */
export function isSame(found: Schedule, wanted: Partial<Schedule>): boolean {
  const same = (key: string) => isDeepStrictEqual(found[key as keyof Schedule], wanted[key as keyof Schedule]);
  return Object.keys(wanted).every(same);
}

/**
 * Whether it could start runs: the flow is served here, takes the inputs, and the pattern is due at some time.
 * @throws {FlowError} SERVER_SCHEDULE_INVALID
 */
export async function checkSchedule(host: Host, { flow, inputs, cron, timeZone }: ScheduleDefinition): Promise<void> {
  const hosted = host.flows.get(flow);
  if (!hosted) {
    const meant = nearest(flow, [...host.flows.keys()]);
    const message = `there is no flow "${flow}"`;
    throw scheduleInvalid(
      [{ path: ["flow"], message }],
      meant ? `Did you mean "${meant}"?` : "GET /flows lists those that are.",
    );
  }
  if (dueTimes(cron, timeZone).after(Date.now()) === undefined) {
    throw scheduleInvalid([{ path: ["cron"], message: `"${cron}" is never due` }], "No such day comes; correct it.");
  }
  await checkInputs(hosted, inputs);
}

/** A kickoff that ends where it would be stored. */
async function checkInputs({ flowClass }: HostedFlow, inputs: unknown): Promise<void> {
  const persistence = new Refusing();
  try {
    await new flowClass({ persistence }).kickoff(inputs as object);
  } catch (error) {
    if (persistence.reached || !FlowError.is(error)) return;
    const { problems = [{ path: [], message: error.message }] } = error.details as {
      readonly problems?: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
    };
    throw scheduleInvalid(
      problems.map(({ path, message }) => ({ path: ["inputs", ...path.map(String)], message })),
      "GET /flows/{name} shows what it takes.",
    );
  }
}

class Refusing extends MemoryPersistence {
  reached = false;

  override create(): never {
    this.reached = true;
    throw new FlowError("PERSISTENCE_CLOSED", "Nothing is to be stored.");
  }
}

interface SpecProblem {
  readonly path: readonly string[];
  readonly message: string;
}

function scheduleInvalid(problems: readonly SpecProblem[], hint: string): FlowError {
  const listed = problems.map(({ path, message }) => (path.length > 0 ? `${path.join(".")}: ${message}` : message));
  return new FlowError("SERVER_SCHEDULE_INVALID", `The schedule can't be: ${listed.join("; ")}.`, {
    hint,
    details: { problems },
  });
}
