import type { z } from "zod";

/** A signal: input from outside under a name. `P` is what steps are given, `I` what a sender gives. */
export interface Signal<N extends string, P, I = P> {
  readonly type: "signal";
  readonly name: N;
  readonly schema?: z.ZodType<P, I>;
}
