import { memoryRef } from "@millrace/document";
import { z } from "zod";
import { modelFields } from "./fields.js";

export const intentConfig = z.strictObject({
  model: modelFields.model,
  message: z.unknown().describe("What was said: `{{ input.message }}`."),
  intents: z
    .record(z.string(), z.string().min(1))
    .refine((intents) => Object.keys(intents).length > 0, "names nothing to choose from")
    .meta({ minProperties: 1 })
    .describe("What it may be about, by label: `{ billing: Invoices and payments., other: All else. }`."),
  memory: memoryRef()
    .optional()
    .describe("The id of a memory under `memories:`, for what was said before. Nothing is added to it."),
  otherwise: z
    .string()
    .optional()
    .describe("The label where the model has no sensible answer. Default: the step fails."),
  system: z.string().optional().describe("What the model should know beside."),
});

export type IntentConfig = z.output<typeof intentConfig>;
