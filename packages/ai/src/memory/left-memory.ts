/**
 * What a step that never completes leaves in a memory: what it has added itself, then what each of its unfinished calls of a model has
 * been asked, and has brought. Each call of a model says so for itself.
 */
import {
  addedMessages,
  type CallSources,
  leaveBehind,
  type MemoryMessage,
  type StepCall,
  type StepTools,
} from "millrace";

/** Undefined: nothing, as if it had not been asked. */
export type Leave = () => readonly MemoryMessage[] | undefined;

/** What a call of a model tells of its way. */
export interface LeftMemory {
  /** It has come to its end: what it brings stands in the memory itself. */
  done(): void;
  /** It has failed: if the step asks anew, what this one has brought does not count. */
  failed(): void;
}

interface Leaving {
  /** And whether it has failed. */
  readonly calls: Map<Leave, boolean>;
  /** One of them has come to its end. */
  said: boolean;
}

const leaving = new WeakMap<StepCall, Map<string, Leaving>>();

/** @param messages The memory, as the step has it. */
export function leaveInMemory(
  { id, messages }: { readonly id: string; readonly messages: () => readonly MemoryMessage[] },
  tools: StepTools,
  leave: Leave,
): LeftMemory {
  const { calls, ...memory } = memoryOf(tools.call, id, messages);
  for (const [other, hasFailed] of calls) if (hasFailed) calls.delete(other);
  calls.set(leave, false);
  return {
    done: () => {
      calls.delete(leave);
      memory.done();
    },
    failed: () => void calls.set(leave, true),
  };
}

function memoryOf(call: StepCall, id: string, messages: () => readonly MemoryMessage[]) {
  const ofCall = leaving.get(call) ?? new Map<string, Leaving>();
  leaving.set(call, ofCall);
  const known = ofCall.get(id) ?? { calls: new Map<Leave, boolean>(), said: false };
  if (!ofCall.has(id)) {
    ofCall.set(id, known);
    leaveBehind(() => {
      const brought = [...known.calls.keys()].map((leave) => leave());
      if (!known.said && brought.every((one) => one === undefined)) return {};
      const committed = (call as StepCall & CallSources).committed as Readonly<Record<string, unknown>>;
      return { [id]: [...addedMessages(messages(), committed[id]), ...brought.flatMap((one) => one ?? [])] };
    });
  }
  return {
    calls: known.calls,
    done: () => {
      known.said = true;
    },
  };
}
