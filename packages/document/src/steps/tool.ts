import { nearest } from "millrace";
import { z } from "zod";
import { defineStepType } from "../step-type.js";

/** A tool of the document, called by a step with parameters of the tool's own. */
export const tool = defineStepType({
  type: "tool",
  description: "Calls one of the document's `tools`.",
  config: z.strictObject({
    tool: z.string().min(1).describe("Its name under `tools:`; its parameters stand under `with`."),
  }),
  input: (config, { tools }) => tools.get(config.tool)?.parameters,
  output: (config, { tools }) => tools.get(config.tool)?.output,
  reference: (config) => config.tool,
  check({ tool: id }, { tools }) {
    if (tools.has(id)) return [];
    const allowed = [...tools.keys()];
    const near = nearest(id, allowed);
    return [
      {
        path: ["tool"],
        message: `There is no tool "${id}"${near ? `; is "${near}" meant?` : "."}`,
        hint: "Add it under `tools:`, at the top of the document.",
        allowed,
        ...(near !== undefined && { nearest: near }),
      },
    ];
  },
  run: ({ config, params, tools, project }) => project.tool(config.tool).run({ params: params ?? {}, tools }),
});
