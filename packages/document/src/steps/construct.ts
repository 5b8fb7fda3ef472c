import { z } from "zod";
import { defineStepType } from "../step-type.js";
import { checkedAs } from "./checked-as.js";
import { checkType } from "./checks.js";
import { coerced } from "./decode/coerced.js";

/** Values of other steps → one object, of a declared type. */
export const construct = defineStepType({
  type: "construct",
  description: "Builds an object out of values of other steps, and checks its type.",
  config: z.strictObject({
    fields: z.record(z.string(), z.unknown()).describe('Its fields: `{ title: "{{ draft.title }}", score: 5 }`.'),
    as: z.unknown().optional().describe("The type that it must have. What loses nothing by it is converted."),
  }),
  templates: ["fields"],
  output({ as }, context) {
    const found = as === undefined ? undefined : context.type(as);
    return found && "schema" in found ? found.schema : z.record(z.string(), z.unknown());
  },
  check: ({ as }, context) => checkType(["as"], as, context),
  run({ config, project }) {
    if (config.as === undefined) return config.fields;
    const schema = project.type(config.as);
    return checkedAs(coerced(config.fields, schema), schema, {
      code: "STEP_VALUE_INVALID",
      what: "What was constructed",
    });
  },
});
