import type { FlowDefinition } from "../../definition/index.js";
import { compile } from "../../plan/index.js";
import { Scheduler } from "../scheduler.js";
import { everyOrder } from "./orders.js";
import { type Answers, type PlayOptions, play, toldBehaviour } from "./play.js";

/**
 * How often each step is called, by name, in every order of completions: a list of one record where the order does not
 * matter. `{ begin: 1, write: 3 }`
 */
export function callsInEveryOrder(
  definition: FlowDefinition,
  answers: Answers = {},
  options: Pick<PlayOptions, "signals"> = {},
): Record<string, number>[] {
  const plan = compile(definition);
  const outcomes = new Map<string, Record<string, number>>();
  const scheduler = () => new Scheduler(plan);
  for (const { calls, ended } of everyOrder(plan, { ...options, behaviour: toldBehaviour(plan, answers), scheduler })) {
    if (!ended) throw new Error("The flow went on and on.");
    outcomes.set(calls.join(), Object.fromEntries(plan.steps.map(({ name }, step) => [name, calls[step]!])));
  }
  return [...outcomes.values()];
}

/** What the call that is made last is given, when calls end in the order in which they began. */
export function lastPayload(definition: FlowDefinition, answers: Answers, signals: PlayOptions["signals"]): unknown {
  const plan = compile(definition);
  const { commands } = play(plan, new Scheduler(plan), {
    behaviour: toldBehaviour(plan, answers),
    choose: () => 0,
    signals: signals ?? [],
  });
  return commands
    .flat()
    .flatMap((command) => (command.type === "call" ? [command.call.payload] : []))
    .at(-1);
}

/** What a router answers that leads back by `again`, for so many rounds of the loop with that head, and then says `done`. */
export function again(rounds: number, head: string): Answers[string] {
  return (at) => (at[head]! + 1 < rounds ? "again" : "done");
}
