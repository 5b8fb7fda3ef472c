/** The workloads as XState machines: a state per step, each invoking a promise actor. */
import { assign, createActor, createMachine, fromPromise, toPromise } from "xstate";
import { smallState } from "../../src/workloads/in-memory.js";

const smallStep = fromPromise(async ({ input }) => ({ count: input.count + 1, last: "x" }));
export const keepOutput = assign(({ event }) => event.output);
export const context = ({ context: current }) => current;

const machine = (initial, states, initialContext = smallState) =>
  createMachine({ initial, context: initialContext, output: context, states: { ...states, end: { type: "final" } } });

/** @param {number} steps @param {(index: number) => unknown} [stepOf] what a step invokes */
export function chainMachine(steps, stepOf = () => smallStep) {
  const states = Array.from({ length: steps }, (_, index) => {
    const onDone = { target: index + 1 < steps ? `step${index + 1}` : "end", actions: keepOutput };
    return [`step${index}`, { invoke: { src: stepOf(index), input: context, onDone } }];
  });
  return machine("step0", Object.fromEntries(states));
}

export function loopMachine(turns) {
  const again = ({ event }) => event.output.count < turns;
  const onDone = [
    { guard: again, target: "work", reenter: true, actions: keepOutput },
    { target: "end", actions: keepOutput },
  ];
  return machine("work", { work: { invoke: { src: smallStep, input: context, onDone } } });
}

export function fanOutMachine(width) {
  const one = fromPromise(async () => 1);
  const add = assign({ sum: ({ context: { sum }, event }) => sum + event.output });
  const parts = Array.from({ length: width }, (_, index) => {
    const onDone = { target: "done", actions: add };
    const work = { invoke: { src: fromPromise(async () => index), onDone } };
    return [`part${index}`, { initial: "work", states: { work, done: { type: "final" } } }];
  });
  const states = {
    first: { invoke: { src: one, onDone: "parts" } },
    parts: { type: "parallel", onDone: "join", states: Object.fromEntries(parts) },
    join: { invoke: { src: one, onDone: "end" } },
  };
  return machine("first", states, { sum: 0 });
}

/** Runs a machine to its end; `watch` sees the actor before it starts. */
export function runMachine(machineToRun, { snapshot, watch } = {}) {
  const actor = createActor(machineToRun, { snapshot });
  watch?.(actor);
  const result = toPromise(actor);
  actor.start();
  return result;
}
