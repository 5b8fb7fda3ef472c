/** Names that documents give. */
import { z } from "zod";

/** Ids that expressions can name. */
export const idPattern = /^[A-Za-z_][A-Za-z0-9_]*$/;
const idHint = "is no id: letters, digits and _ alone, and no digit first";

/** Every object has these already. */
const ownName = (name: string) => !(name in Object.prototype);

export const id = z.string().regex(idPattern, idHint).refine(ownName, "is a name that every object has; take another");
export const flowId = z
  .string()
  .regex(/^[A-Za-z_][\w.-]*$/, "is no name of a flow: letters, digits, - and _, and no digit first")
  .refine(ownName, "is a name that every object has; take another");
