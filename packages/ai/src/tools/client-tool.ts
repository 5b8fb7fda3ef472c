/** A tool of the client's: the model calls it, and whoever shows the chat makes the call. */
import type { z } from "zod";
import type { ToolApproval } from "./tool-approval.js";

export interface ClientToolOptions<P extends z.ZodType, O extends z.ZodType = z.ZodUnknown> {
  /** What it does, for the model. */
  readonly description?: string;
  /** What it takes. */
  readonly parameters: P;
  /** What it answers. @default anything */
  readonly output?: O;
  /** Absent: the client runs it. */
  readonly run?: undefined;
  /** Whether people must agree first. @default false */
  readonly approval?: ToolApproval<z.output<P>>;
}

/** What `tool()` answers without `run`. */
export interface ClientTool<P extends z.ZodType = z.ZodType, R = unknown>
  extends Omit<ClientToolOptions<P, z.ZodType<R>>, "output"> {
  readonly kind: "client";
  readonly output?: z.ZodType<R>;
}
