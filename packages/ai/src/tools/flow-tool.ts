/** A flow as a tool: each call of the model is a run of its own, inside of the step's. */
import { Flow, type FlowStatics, type StepFlow, type StepTools } from "millrace";
import { z } from "zod";
import { refuseUnknown } from "../errors/refuse-unknown.js";
import { toolInvalid } from "./tool.js";
import type { ToolApproval } from "./tool-approval.js";

export interface FlowToolOptions<P extends z.ZodType = z.ZodType> {
  /** What it does, for the model. */
  readonly description?: string;
  /** What the model is to give it. @default what the flow's kickoff takes */
  readonly parameters?: P;
  /** Whether people must agree first. @default false */
  readonly approval?: ToolApproval<z.output<P>>;
}

/** What `flowTool()` answers. */
export interface FlowTool<P extends z.ZodType = z.ZodType> extends FlowToolOptions<P> {
  readonly kind: "flow";
  /** Whether they are other than what the flow takes. */
  readonly ownParameters: boolean;
  readonly parameters: P;
  readonly start: (input: unknown, tools: StepTools, key: string) => Promise<unknown>;
}

/**
 * A flow as a tool. A call starts a run, whose id is made of the step's call: after a crash it is gone on with, not started again; while
 * it waits for people, the step waits with it. What the run returns is the tool's result; that it fails is told to the model.
 *
 * @throws {FlowError} AI_TOOL_INVALID – it is no flow, what it takes can't be told to a model, or there is no such option
 * @example
 * class Article extends Flow<typeof Article> {
 *   static inputs = z.object({ topic: z.string() });
 *   @start() write({ topic }: { topic: string }) { return `about ${topic}`; }
 * }
 * const write = flowTool(Article, { description: "Writes an article." });
 */
export function flowTool<P extends z.ZodType = z.ZodType>(
  given: ToolFlow,
  options: FlowToolOptions<P> = {},
): FlowTool<P> {
  const names = ["description", "parameters", "approval"];
  refuseUnknown(options, { code: "AI_TOOL_INVALID", what: "A flow can't be used as a tool", names });
  const flow = flowIn(given);
  const parameters = options.parameters ?? inputsOf(flow);
  return {
    ...options,
    kind: "flow",
    ownParameters: options.parameters !== undefined,
    parameters: parameters as P,
    start: (input, tools, key) => (tools.runFlow as RunFlow)(flow, input, { key }),
  };
}

/** What is a flow, or becomes one: `flow("name").step(…)`. */
export type ToolFlow = StepFlow | { toClass(): StepFlow };

function flowIn(given: ToolFlow): StepFlow {
  if (typeof given === "object" && given !== null && "toClass" in given) return given.toClass();
  if (typeof given === "function" ? given.prototype instanceof Flow : given instanceof Flow) return given;
  throw toolInvalid("flowTool is given what is no flow");
}

/** Whatever the flow takes: it is checked when its run is started. */
type RunFlow = (flow: StepFlow, inputs: unknown, options: { readonly key: string }) => Promise<unknown>;

function inputsOf(flow: StepFlow): z.ZodType {
  const { inputs, state, name } = (typeof flow === "function" ? flow : flow.constructor) as FlowStatics & {
    name: string;
  };
  const schema = inputs ?? state ?? z.object({});
  if (typeof (schema as z.ZodType).safeParse !== "function")
    throw toolInvalid("its flow has inputs that are no zod schema", name);
  return schema as z.ZodType;
}
