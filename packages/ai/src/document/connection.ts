/** How a service of language models is reached. */
import type { Connection, ConnectionType } from "@millrace/document";
import { z } from "zod";

const config = z.strictObject({
  apiKey: z
    .string()
    .min(1)
    .optional()
    .describe("From the environment, as a variable in braces. Default: the provider's own variable."),
  baseURL: z.url().optional().describe("Where its API is; with it alone, a service that is compatible with OpenAI's."),
  headers: z.record(z.string(), z.string()).optional().describe("What requests carry beside."),
  settings: z
    .record(z.string(), z.unknown())
    .optional()
    .describe("What else the provider's package takes: `{ organization: acme }`, `{ region: eu-central-1 }`."),
});

export const modelConnection: ConnectionType = {
  type: "model-api",
  description: "A service of language models.",
  config,
};

export type ModelConnection = Connection & z.output<typeof config>;
