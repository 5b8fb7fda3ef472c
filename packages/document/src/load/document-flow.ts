import type { DefinedFlow } from "millrace";
import type { z } from "zod";

/** A flow of a document. */
export interface DocumentFlow {
  readonly id: string;
  readonly description?: string;
  /** The class: `new flow({ persistence }).kickoff(inputs)`. */
  readonly flow: DefinedFlow;
  /** What `kickoff` takes, as declared or inferred; undefined: nothing, or parts of the state. */
  readonly inputs: z.ZodType | undefined;
  /** What a run returns, as far as it is known. */
  readonly output: z.ZodType | undefined;
}
