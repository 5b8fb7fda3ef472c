import { assign, createActor, createMachine, fromPromise, toPromise } from "xstate";

const actions = assign({ count: ({ event }) => event.output });
const machine = createMachine({
  context: { count: 0 },
  initial: "step",
  output: ({ context }) => context,
  states: {
    step: { invoke: { src: fromPromise(async () => 1), onDone: { target: "end", actions } } },
    end: { type: "final" },
  },
});
const actor = createActor(machine);
const result = toPromise(actor);
actor.start();
process.stdout.write(`done ${(await result).count}\n`);
