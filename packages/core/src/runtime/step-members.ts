import type { z } from "zod";
import { type Duration, durationMs, type StateOf, type StepCall } from "../definition/index.js";
import type { Usage } from "../ports/index.js";
import { type AskAnswer, type AskOptions, ask } from "./ask.js";
import { addUsageIn, currentCall, currentState, onceIn, ownKey } from "./current-call.js";
import { PlannedFlow } from "./planned-flow.js";

/** What a step finds on `this`, all of it about the running call: its state, and what is durable inside it. */
export abstract class StepMembers<C> extends PlannedFlow<C> {
  /**
   * Inside a step: the call's own draft of the state, to be changed at will; committed with the step's result.
   * @throws {FlowError} STATE_OUTSIDE_STEP – no step of this flow is running here
   */
  get state(): StateOf<C> {
    return currentState(this) as StateOf<C>;
  }

  /**
   * Inside a step: which call this is.
   * @throws {FlowError} STATE_OUTSIDE_STEP – no step of this flow is running here
   */
  get call(): StepCall {
    return currentCall(this, "call");
  }

  /**
   * Inside a step: does something once, however often the step is begun. What `make` answers is stored before the step goes
   * on; a later attempt of the same call (a retry, a run that goes on after a crash) is answered from there. A failure is not
   * kept. Inside `make` the state can only be read. A key names the same piece of work in every attempt.
   * @throws {FlowError} STEP_KEYS_CHANGED – the key stands for something else in this call
   * @throws {FlowError} STATE_NOT_SERIALIZABLE – what `make` answered can't be stored
   * @example
   * const { chargeId } = await this.once("charge", () => payments.charge(cents, this.call.idempotencyKey));
   */
  once<T>(key: string, make: () => T | Promise<T>): Promise<Awaited<T>> {
    return onceIn(currentCall(this, "once"), key, make) as Promise<Awaited<T>>;
  }

  /**
   * Inside a step: waits. Until when is stored, so that a step that is begun again waits only for the rest.
   * @param key Which sleep of the step it is. @default its position among the call's sleeps without one
   * @throws {FlowError} STEP_KEYS_CHANGED – the key stands for something else in this call
   * @throws {FlowError} DEFINITION_DURATION_INVALID – it is no duration
   * @example
   * await this.sleep("10s");
   */
  sleep(duration: Duration, key?: string): Promise<void> {
    const { notes } = currentCall(this, "sleep");
    return notes.sleep(durationMs(duration, "What this.sleep was given"), ownKey(key, "sleep"));
  }

  /**
   * Inside a step: asks people. The question is stored with its id, prompt and schema, and listed by `flow.runs.questions()`;
   * `flow.runs.answer(id, value)` answers it, from any process. Until then the run may leave memory: the step is begun again from
   * its first line when the answer is there, and what is asked with the same key is answered.
   *
   * With `timeout` it resolves with `{ answered: true, value }`, or `{ answered: false }` when the time is up: silence is never an
   * answer.
   * @throws {FlowError} STEP_KEYS_CHANGED – the key stands for something else in this call
   * @throws {FlowError} ASK_IN_ONCE – it is used inside `this.once`
   * @throws {FlowError} ASK_SCHEMA_INVALID – the schema can't be told as JSON Schema
   * @example
   * const name = await this.ask("What shall it be called?", { schema: z.string().min(1) });
   */
  ask<S extends z.ZodType = z.ZodString>(
    prompt: string,
    options: AskOptions<S> & { readonly timeout: Duration },
  ): Promise<AskAnswer<z.output<S>>>;
  ask<S extends z.ZodType = z.ZodString>(prompt: string, options?: AskOptions<S>): Promise<z.output<S>>;
  ask(prompt: string, options?: AskOptions & { readonly timeout?: Duration }): Promise<unknown> {
    const { notes } = currentCall(this, "ask");
    const key = ownKey(options?.key, "ask");
    return ask(notes, prompt, key === undefined ? options : { ...options, key });
  }

  /**
   * Inside a step: streams a chunk, as the `yield` of a generator does: an `output.chunk` event with the number of the attempt,
   * so that a reader can drop those of an attempt that failed.
   * @throws {FlowError} STATE_NOT_SERIALIZABLE – it can't be told as plain data
   */
  emit(chunk: unknown): void {
    currentCall(this, "emit").emit(chunk);
  }

  /**
   * Inside a step: counts what it has used, by name; what is told more than once is summed. Committed with the step, and with
   * each attempt that failed; what is told inside of `this.once` is stored with its answer, and counts once however often the step
   * is begun. The run's events and result have the sums.
   * @throws {FlowError} STEP_USAGE_INVALID – it is no record of finite numbers
   * @example
   * this.addUsage({ "gpt:input_tokens": 12, "gpt:output_tokens": 240 });
   */
  addUsage(usage: Usage): void {
    addUsageIn(this, usage);
  }
}
