import type {
  Annotate,
  Duration,
  FlowClock,
  FlowError,
  FlowEvents,
  FlowLogger,
  FlowPersistence,
  JsonSchema,
} from "millrace";
import type { ChatShape } from "./chat-shape.js";
import type { AnyFlow, AnyFlowClass, FlowSource } from "./flow-class.js";

export interface HostOptions {
  /** Flow classes, and flows that were built. */
  readonly flows?: readonly FlowSource[];
  /**
   * Documents with flows: paths (those in a list of their own belong together), or what `loadDocument` of `@millrace/document`,
   * which must be installed for paths, has made.
   */
  readonly documents?: readonly DocumentSource[];
  /** Where runs are stored; whoever gives one closes it. @default in memory, gone with the process */
  readonly persistence?: FlowPersistence;
  /** A bus shared with others. @default the host's own */
  readonly events?: FlowEvents;
  /** Is told what fails in runs, and in the server itself. @default silent */
  readonly logger?: FlowLogger;
  /** Calls of one step in one run. @default 1000 */
  readonly maxCalls?: number;
  /** How long running steps may take to settle when a run is stopped, cancelled, or has failed. @default "5s" */
  readonly abortGrace?: Duration;
  /** How often runs are looked for that nobody drives, or whose time has come; `false`: never. @default "2s" */
  readonly recoverEvery?: Duration | false;
  /** What flows and schedules read the time from, for tests. @default the system's */
  readonly clock?: FlowClock;
}

export type DocumentSource =
  | string
  | readonly string[]
  | { readonly list: readonly { readonly id: string; readonly flow: unknown }[] };

/** `chat`: it takes a message and answers one, as a turn of a conversation. */
export type FlowKind = "complete" | "chat";

/** One flow as it is served. */
export interface HostedFlow {
  readonly name: string;
  readonly kind: FlowKind;
  /** Of a chat flow. */
  readonly chat?: ChatShape;
  /** One instance, with the host's persistence, events and logger. */
  readonly flow: AnyFlow;
  readonly flowClass: AnyFlowClass;
  /** What `kickoff` takes, as JSON Schema. */
  readonly inputs: JsonSchema;
  /** What a completed run answers; `{}`: anything. */
  readonly output: JsonSchema;
  readonly title?: string;
  readonly description?: string;
}

/** How every run is driven that a host drives. */
export interface HostDriving {
  readonly stopSignal: AbortSignal;
  /** Longer sleeps leave the process; `recover` finds them when their time has come. */
  readonly returnOnSleep: Duration;
}

/** A stored run that could not be taken up here, and stands where it stood. */
export interface RefusedRun {
  readonly flow: string;
  readonly error: FlowError;
  /** ms since the epoch */
  readonly since: number;
  readonly tries: number;
  /** ms since the epoch */
  readonly nextTry: number;
}

/** The flows of one process, with one store and one bus; nothing of HTTP is known here. */
export interface Host {
  readonly flows: ReadonlyMap<string, HostedFlow>;
  readonly persistence: FlowPersistence;
  /** One bus, shared by all flows. */
  readonly events: FlowEvents;
  readonly logger?: FlowLogger;
  readonly clock: FlowClock;
  /** Aborted when draining begins. */
  readonly stopSignal: AbortSignal;
  /** To be spread into the options of every kickoff, continue, resume, signal and answer. */
  readonly driving: HostDriving;
  /** Whether draining has begun. */
  readonly draining: boolean;
  /** By id: runs that could not be taken up, and are tried again now and then. */
  readonly refused: ReadonlyMap<string, RefusedRun>;
  /** How much is under way. */
  readonly driven: number;
  /**
   * Does what drives a run, counted, so that `close` can wait for it. What it rejects with is the caller's.
   * @throws {FlowError} SERVER_DRAINING – `close` was called; nothing was begun
   */
  drive<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when the run with this id is begun, or gone on with, here: then it is stored. To be asked for before, and forgotten after. */
  begun(runId: string): { readonly promise: Promise<void>; forget(): void };
  /** Says who is asked, before each write of a run that is driven here, for what is to be kept beside it. */
  annotate(by: Annotate): void;
  /** Starts driving what nobody drives, of all flows, as much at a time as may be; resolves when it has come to rest. */
  recover(): Promise<void>;
  /** Drains: aborts `stopSignal`, and waits until what is under way stands at a commit. Twice is no error. */
  close(): Promise<void>;
}
