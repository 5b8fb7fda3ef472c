import { z } from "zod";
import { toolRef } from "../references/index.js";
import { defineStepType } from "../step-type.js";

/** A tool of the document, called by a step with parameters of the tool's own. */
export const tool = defineStepType({
  type: "tool",
  // what the tool does may be more than to make a result
  cache: false,
  description: "Calls one of the document's `tools`.",
  config: z.strictObject({ tool: toolRef().describe("Its name under `tools:`; its parameters stand under `with`.") }),
  input: (config, { tools }) => tools.get(config.tool)?.parameters,
  output: (config, { tools }) => tools.get(config.tool)?.output,
  reference: (config) => config.tool,
  run: ({ config, params, tools, project }) => project.tool(config.tool).run({ params: params ?? {}, tools }),
});
