/** What a model is told: of the memory as much as there is room for, then what is said now. */
import type { ModelMessage } from "ai";
import type { MemoryMessage } from "millrace";
import { textOf } from "../answer/stored-answer.js";
import { modelStep } from "./model-step.js";
import { invalid, type PreparedCall } from "./prepared-call.js";
import { Unfinished } from "./unfinished.js";

/** @throws {FlowError} AI_CALL_INVALID – there is nothing to answer */
export async function conversation(call: PreparedCall): Promise<readonly ModelMessage[]> {
  const { memory, now, key } = call;
  await memory?.compact((request) => askForText(call, request), `${key}.summary`);
  const told = memory ? (memory.told(now as readonly MemoryMessage[]) as readonly ModelMessage[]) : now;
  if (told.length > 0) return told.map((message) => copied(message) as ModelMessage);
  throw invalid("it has nothing to answer", "Give a `prompt`, or `messages` with at least one in it.");
}

/** A request of its own beside the call: nothing of it is told. */
async function askForText(
  call: PreparedCall,
  {
    model,
    system,
    prompt,
    key,
  }: {
    readonly model: PreparedCall["models"][number];
    readonly system: string;
    readonly prompt: string;
    readonly key: string;
  },
): Promise<string> {
  const alone: PreparedCall = {
    ...call,
    models: [model],
    system,
    key,
    specs: new Map(),
    output: undefined,
    stream: false,
    unfinished: new Unfinished(),
  };
  const messages: readonly ModelMessage[] = [{ role: "user", content: prompt }];
  const { answer } = await modelStep(alone, { number: 1, messages });
  return textOf(answer);
}

/** What stands in the state is the step's draft, and changes with it. */
function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied);
  if (typeof value !== "object" || value === null) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, copied(inner)]));
}
