/** What `millrace.config.ts` holds; types only, so that a config costs nothing to load. */
import type { StepType } from "@millrace/document";
import type { ListenOptions, ScheduleSpec, ServerOptions } from "@millrace/server";
import type { Duration, FlowPersistence } from "millrace";

export interface MillraceConfig {
  /** Files with flows, as paths or globs from the config's folder, or flow classes and builders themselves. */
  readonly flows?: readonly (string | object)[];
  /** Documents with flows, as paths or globs; those in a list of their own belong together. */
  readonly documents?: readonly (string | readonly string[])[];
  /** Step types of documents, beside the built-in ones. */
  readonly stepTypes?: readonly StepType[];
  /** The file of the database, from the config's folder. @default ".millrace/millrace.db" */
  readonly database?: string;
  /** `"power"`: a commit waits for the disk, so that it survives a power cut. @default "process" */
  readonly durability?: "process" | "power";
  /** Where runs are stored instead of in `database`. */
  readonly persistence?: FlowPersistence | (() => FlowPersistence | Promise<FlowPersistence>);
  /** Environment variables where neither the environment nor `.env` has them. */
  readonly env?: Readonly<Record<string, string>>;
  /** Calls of one step in one run. @default 1000 */
  readonly maxCalls?: number;
  /** How long running steps may take to settle when a run ends early. @default "5s" */
  readonly abortGrace?: Duration;
  /** How `millrace serve` and `millrace dev` serve the flows. */
  readonly server?: ServerConfig;
  /** What they start when: put when the server starts, and removed when it stands here no more. */
  readonly schedules?: readonly ScheduleSpec[];
}

/** Where the server is found, who may do what, and all else that `createServer` of `@millrace/server` takes beside the flows. */
export interface ServerConfig
  extends ListenOptions,
    Pick<
      ServerOptions,
      "auth" | "limits" | "chat" | "links" | "cors" | "trustProxy" | "basePath" | "exposeErrors" | "recoverEvery"
    > {}

/**
 * Types a config; it answers what it is given.
 *
 * @example
 * export default defineConfig({ flows: ["src/flows/*.ts"], database: "data/flows.db" });
 */
export function defineConfig(config: MillraceConfig): MillraceConfig {
  return config;
}
