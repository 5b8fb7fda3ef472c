import { coverage, type FlowRun, type KitOptions, runFlow, simulate } from "@millrace/testing";
import { Flow, type FlowOptions, listen, start } from "millrace";
import { z } from "zod";

class Review extends Flow<typeof Review> {
  static state = z.object({ topic: z.string(), rounds: z.number().default(0) });
  static output = z.object({ text: z.string() });
  @start() async research(): Promise<{ facts: string[] }> {
    return { facts: [this.state.topic] };
  }
  @listen("research") async *write({ facts }: { facts: string[] }): AsyncGenerator<string, { text: string }> {
    yield "…";
    return { text: facts.join() };
  }
}

const run: FlowRun<Review> = await runFlow(Review, {
  inputs: { topic: "rivers" },
  replace: {
    research() {
      const { topic } = this.state;
      return { facts: [topic] };
    },
    write: ({ facts }) => ({ text: facts.join() }),
  },
});
export const text: string | undefined = run.output?.text;
export const facts: string[] | undefined = run.outputs.research?.facts;
export const rounds: number = run.state.rounds;

// @ts-expect-error – the state has no such field
await runFlow(Review, { inputs: { topick: "rivers" } });
// @ts-expect-error – a result of another shape
await runFlow(Review, { inputs: { topic: "rivers" }, replace: { research: () => ({ facts: [1] }) } });
// @ts-expect-error – no such step
await runFlow(Review, { inputs: { topic: "rivers" }, replace: { reserch: () => ({ facts: [] }) } });
// @ts-expect-error – no flow
await runFlow(Date, {});

class Sent extends Flow<typeof Sent> {
  static inputs = z.object({ to: z.string() });
  readonly mail: (to: string) => void;
  constructor(mail: (to: string) => void, options?: FlowOptions<typeof Sent>) {
    super(options);
    this.mail = mail;
  }
  @start() send({ to }: { to: string }) {
    this.mail(to);
    return to.length;
  }
}

await simulate((options: KitOptions) => new Sent(() => undefined, options), {
  inputs: { to: "Ada" },
  replace: { send: ({ to }) => to.length * 2 },
  check: ({ outputs }) => outputs.send?.toFixed(),
});
// @ts-expect-error – the inputs are of another shape
await simulate((options) => new Sent(() => undefined, options), { inputs: { too: "Ada" } });
export const edges: readonly { readonly taken: number }[] = coverage(Review, [run]).missing;
