/** A flow made of a definition, whose steps read the run's inputs long after its beginning has gone into a snapshot. */
import { appendFileSync } from "node:fs";
import { type Flow, flowClass, type StepDefinition } from "millrace";
import { z } from "zod";

type LedgerFlow = Flow<{ turns: number; words: string[] }>;

const name = (of: string) => ({ kind: "name", name: of }) as const;
const plain = { starts: false, conditions: [], router: false } satisfies Partial<StepDefinition>;

export const turns = 6;

export const Ledger = flowClass({
  name: "Ledger",
  // another word in every process: only what is stored can make two of them equal
  inputs: z.object({ word: z.string().default(() => `word of ${process.pid} at ${process.hrtime.bigint()}`) }),
  state: z.object({ turns: z.number().default(0), words: z.array(z.string()).default([]) }),
  keepsInputs: true,
  signals: new Map(),
  steps: [
    { ...plain, name: "open", starts: true, invoke: (_flow, inputs) => (inputs as { word: string }).word },
    {
      ...plain,
      name: "enter",
      conditions: [{ kind: "or", of: [name("open"), name("more")] }],
      invoke: async (flow, _payload, { inputs, output }) => {
        const { state, call } = flow as LedgerFlow;
        if (process.env.CALL_LOG) appendFileSync(process.env.CALL_LOG, `${call.idempotencyKey}\n`);
        const { word } = inputs as { word: string };
        if (word !== output("open")) throw new Error("the inputs are not those that the run began with");
        state.words.push(word);
        state.turns++;
        // so large that there is a snapshot every other turn
        return { key: call.idempotencyKey, text: "x".repeat(30_000) };
      },
    },
    {
      ...plain,
      name: "check",
      router: true,
      routes: ["more", "done"],
      conditions: [name("enter")],
      invoke: (flow) => ((flow as LedgerFlow).state.turns < turns ? "more" : "done"),
    },
    {
      ...plain,
      name: "close",
      conditions: [name("done")],
      invoke: (_flow, _payload, { inputs, output }) => [(inputs as { word: string }).word, output("open")],
    },
  ],
});
