/**
 * The tool calls of one answer: all at the same time, each done once, its end kept under a key of its own. What a tool throws is its
 * end, told to the model; what ends the step goes through.
 */
import type { ModelMessage } from "ai";
import { describeThrown, FlowError, inKeySpace, type StepTools } from "millrace";
import { z } from "zod";
import type { Tell } from "../answer/chunk-teller.js";
import type { AnswerCall } from "../answer/stored-answer.js";
import { clientEnd } from "./client-end.js";
import type { ToolEnd } from "./tool-output.js";
import { asTool } from "./tool-scope.js";
import type { ToolSpec } from "./tool-spec.js";
import { toolsOfCall } from "./tools-of-call.js";

export interface ToolRound {
  readonly tools: StepTools;
  /** What the keys of its calls begin with. */
  readonly key: string;
  readonly specs: ReadonlyMap<string, ToolSpec>;
  readonly unreadable: Readonly<Record<string, string>>;
  readonly tell: Tell;
  /** What the model had been told. */
  readonly messages: readonly ModelMessage[];
  /** Called with the end of each. */
  readonly ended: (index: number, end: ToolEnd) => Promise<void>;
}

export async function runToolCalls(calls: readonly AnswerCall[], round: ToolRound): Promise<void> {
  const checked = await Promise.all(calls.map((call) => checkedInput(call, round)));
  calls.forEach(({ toolCallId, toolName, input }, index) => {
    const { error: errorText } = checked[index]! as { readonly error?: string };
    const about = { toolCallId, toolName, input, dynamic: true };
    round.tell(
      errorText === undefined
        ? { type: "tool-input-available", ...about }
        : { type: "tool-input-error", ...about, errorText },
    );
  });
  // all come to their end before one that failed is told: what they have done is kept
  const settled = await Promise.allSettled(
    calls.map(async (call, index) => {
      const end = await runToolCall(call, checked[index]!, { round, key: `${round.key}.tool-${index + 1}` });
      await round.ended(index, end);
    }),
  );
  const failure = settled.find(({ status }) => status === "rejected") as PromiseRejectedResult | undefined;
  if (failure) throw failure.reason;
}

interface Where {
  readonly round: ToolRound;
  readonly key: string;
}

type CheckedInput = { readonly spec: ToolSpec; readonly value: unknown } | { readonly error: string };

async function checkedInput(
  { toolCallId, toolName, input }: AnswerCall,
  { specs, unreadable }: ToolRound,
): Promise<CheckedInput> {
  const spec = specs.get(toolName);
  if (!spec) return { error: `There is no tool "${toolName}".${there(specs)}` };
  if (Object.hasOwn(unreadable, toolCallId)) return { error: unreadable[toolCallId]! };
  const checked = await spec.check(input);
  return checked.ok ? { spec, value: checked.value } : { error: `The input does not fit: ${checked.message}` };
}

const there = (specs: ReadonlyMap<string, ToolSpec>): string =>
  specs.size === 0 ? "" : ` There are: ${[...specs.keys()].join(", ")}.`;

async function runToolCall(call: AnswerCall, checked: CheckedInput, where: Where): Promise<ToolEnd> {
  if ("error" in checked) return { status: "invalid", error: checked.error };
  const ready: Ready = { ...checked, where };
  const end = (await denied(call, ready)) ?? (await done(call, ready));
  const { tell } = where.round;
  const { toolCallId } = call;
  if (end.status === "done") tell({ type: "tool-output-available", toolCallId, output: end.output ?? null });
  else if (end.status === "denied") tell({ type: "tool-output-denied", toolCallId });
  else tell({ type: "tool-output-error", toolCallId, errorText: end.error });
  return end;
}

interface Ready {
  readonly spec: ToolSpec;
  readonly value: unknown;
  readonly where: Where;
}

/** What people say of a call; the same for clients of chats. */
const decision = z.object({ approved: z.boolean(), reason: z.string().optional() });

/** Undefined: nobody need agree, or somebody has. */
async function denied(
  { toolCallId, toolName, input }: AnswerCall,
  { spec, value, where }: Ready,
): Promise<ToolEnd | undefined> {
  const { approval } = spec;
  const { tools, tell, messages } = where.round;
  if (approval === undefined || approval === false) return undefined;
  // asked once: who was asked for an answer must not hear later that none was needed
  if (
    typeof approval === "function" &&
    !(await tools.once(`${where.key}.asks`, async () => Boolean(await approval(value, { toolCallId, messages }))))
  )
    return undefined;
  const key = `${where.key}.approval`;
  tell({ type: "tool-approval-request", approvalId: questionId(tools, key), toolCallId });
  const { approved, reason } = await tools.ask(`May the tool "${toolName}" be called?`, {
    schema: decision,
    key,
    value: { toolName, toolCallId, input },
  });
  return approved ? undefined : { status: "denied", ...(reason !== undefined && { reason }) };
}

/** As the engine makes it: of the run, the call, and the key. */
function questionId({ call: { runId, idempotencyKey } }: StepTools, key: string): string {
  const [, step, number] = /^(.*):(\d+)$/s.exec(idempotencyKey.slice(runId.length + 1))!;
  return `${runId}/${step}/${number}/${key}`;
}

async function done(
  { toolCallId, toolName, input }: AnswerCall,
  { spec, value, where: { round, key } }: Ready,
): Promise<ToolEnd> {
  const { tools, messages } = round;
  const { call } = tools;
  const ended = (run: () => unknown) => caught(run, { tools, toolName });
  const idempotencyKey = `${call.idempotencyKey}:${key}`;
  const own = toolsOfCall(tools, idempotencyKey);
  if (spec.client) return clientEnd({ toolCallId, toolName, input }, { schema: spec.client, key, tools });
  if (spec.child) return ended(async () => spec.child!(value, own, key));
  const place = { toolCallId, toolName, messages, abortSignal: call.abortSignal, idempotencyKey };
  const run = () => ended(() => asTool(tools, () => spec.run!(value, own, place)));
  if (spec.inStep) return inKeySpace(key, run);
  return (await tools.once(key, run)) as ToolEnd;
}

async function caught(run: () => unknown, { tools, toolName }: Caller): Promise<ToolEnd> {
  try {
    return { status: "done", output: await run() };
  } catch (thrown) {
    if (tools.call.abortSignal.aborted || isOfTheStep(thrown)) throw inOnce(thrown, toolName) ?? thrown;
    tools.call.logger.warn(`tool "${toolName}" has failed`, { error: thrown });
    return { status: "failed", error: describeThrown(thrown).message };
  }
}

/** Whoever wrote the tool has written no `once`; undefined: it is another mistake. */
function inOnce(thrown: unknown, toolName: string): FlowError | undefined {
  if (!FlowError.is(thrown) || !thrown.code.endsWith("_IN_ONCE")) return undefined;
  const does = thrown.message.replace(/ inside this\.once\.$/, "");
  return new FlowError(thrown.code, `Tool "${toolName}" is done once, and its result kept: ${does} in it.`, {
    hint: "Give the tool `once: false`: it is a part of the step then, may change the state, ask, sleep and run flows, and runs again when the step does.",
    cause: thrown,
  });
}

interface Caller {
  readonly tools: StepTools;
  readonly toolName: string;
}

/** It was written wrong, or has to be tried again: that is no answer for a model. What other runs ended with is one. */
function isOfTheStep(thrown: unknown): boolean {
  if (!FlowError.is(thrown) || thrown.runId !== undefined) return false;
  return misuse.test(thrown.code) || (thrown.code.startsWith("AI_") && thrown.retryable);
}

const misuse =
  /^(AI_CALL_|AI_TOOL_|AI_MEMORY_|ASK_|CHILD_IN_ONCE|CHILD_TOO_DEEP|CHILD_PERSISTENCE_|STATE_|STEP_KEYS_|STEP_USAGE_|STEP_REPEAT_|INTERNAL)/;
