/** From an approval as a router returned it to a question that anybody can be asked, and a result that can be stored. */
import type { z } from "zod";
import type { ApprovalReading } from "../definition/index.js";
import { FlowError } from "../errors/index.js";
import type { AskedApproval } from "../ports/index.js";
import { finishValue, parseStrict } from "../state/index.js";

export function askedApproval({ value, message, outcomes, schema, timeoutMs, onTimeout }: ApprovalReading): {
  readonly output: unknown;
  readonly approval: AskedApproval;
} {
  const output = finishValue(value, "what is to be approved");
  const asked = { prompt: message, schema: answerSchema(outcomes, schema), outcomes };
  if (!onTimeout) return { output, approval: asked };
  checkSilence(onTimeout.feedback, schema);
  const silence = finishValue(onTimeout, "the outcome of silence") as NonNullable<AskedApproval["onTimeout"]>;
  return { output, approval: { ...asked, timeoutMs: timeoutMs!, onTimeout: silence } };
}

/** `{ outcome: "approved", feedback: … }` as JSON Schema. */
function answerSchema(outcomes: readonly string[], schema: z.ZodType | undefined): unknown {
  const outcome = { type: "string", enum: outcomes };
  const { feedback, definitions } = schema ? feedbackSchema(schema) : {};
  return {
    type: "object",
    properties: { outcome, ...(feedback !== undefined && { feedback }) },
    required: schema && !schema.isOptional() ? ["outcome", "feedback"] : ["outcome"],
    additionalProperties: false,
    ...(definitions && { $defs: definitions }),
  };
}

interface JsonSchema {
  readonly items?: unknown;
  readonly $defs?: object;
  additionalProperties?: unknown;
}

/** As an element of a list, so that a schema which refers to itself does so by a definition and not by where it stands. */
function feedbackSchema(schema: z.ZodType): { readonly feedback?: unknown; readonly definitions?: object | undefined } {
  let list: JsonSchema;
  try {
    list = schema.array().toJSONSchema({
      io: "input",
      override: ({ zodSchema, jsonSchema }) => {
        checkTells(zodSchema);
        const { def } = zodSchema._zod;
        if (def.type === "object" && !("catchall" in def && def.catchall)) jsonSchema.additionalProperties = false;
      },
    });
  } catch (cause) {
    if (FlowError.is(cause)) throw cause;
    throw unfit("can't be told as JSON Schema", cause);
  }
  return { feedback: list.items, definitions: list.$defs };
}

/** What changes a value, and rules that only code knows. */
const untold: ReadonlySet<unknown> = new Set(["custom", "overwrite"]);

/**
 * Whoever answers has the schema as JSON Schema alone, and no step runs again that could look at the answer with more: what
 * JSON Schema can't say would not hold.
 */
function checkTells(schema: z.core.$ZodTypes): void {
  const { def } = schema._zod;
  if (def.type === "pipe" || def.type === "transform") throw unfit("changes what it is given");
  const { checks = [] } = def as {
    readonly checks?: readonly { readonly _zod: { readonly def: { check: unknown } } }[];
  };
  if (checks.some((check) => untold.has(check._zod.def.check)))
    throw unfit("has a rule that JSON Schema has no words for (a `refine`, a `trim`)");
}

function checkSilence(feedback: unknown, schema: z.ZodType | undefined): void {
  if (feedback === undefined) return;
  const parsed = schema && parseStrict(schema, feedback);
  if (parsed?.ok) return;
  const why = parsed ? parsed.problems.map(({ message }) => message).join("; ") : "there is no schema for any";
  throw new FlowError("APPROVAL_INVALID", `The feedback of \`onTimeout\` does not fit: ${why}.`, {
    hint: "Give feedback as the schema asks for, or the outcome alone.",
  });
}

function unfit(what: string, cause?: unknown): FlowError {
  return new FlowError("ASK_SCHEMA_INVALID", `The schema of an approval's feedback ${what}.`, {
    hint: "An answer may come from anywhere: ask for what JSON Schema can check, and do the rest in the step that listens to the outcome.",
    ...(cause !== undefined && { cause }),
  });
}

export function approvalMisplaced(step: string): FlowError {
  return new FlowError("ROUTE_INVALID", `Step "${step}" returned an approval, and is no router.`, {
    hint: "What a human decides is a label: make the step a router, which returns labels.",
    step,
  });
}
