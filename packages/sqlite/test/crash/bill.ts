/** A flow that uses what is paid for, in every way in which a step can tell of it. Each use is noted in a file when it is made. */
import { appendFileSync } from "node:fs";
import { collect, Flow, flow, forEach, listen, start } from "millrace";

type Teller = Pick<Flow, "once" | "addUsage">;

/** Asks a model, by way of `once`. */
function model(step: Teller, name: string): Promise<string> {
  return step.once(name, async () => {
    if (process.env.CALL_LOG) appendFileSync(process.env.CALL_LOG, `${name}\n`);
    step.addUsage({ [name]: 1, cents: 0.25 });
    await Promise.resolve();
    return name;
  });
}

class Part extends Flow {
  static flowName = "Part";
  @start() async think() {
    await model(this, "part");
  }
}

const Rounds = flow("Rounds")
  .step(
    "poll",
    (_: object, { addUsage }) => {
      addUsage({ rounds: 1, cents: 0.25 });
      return 1;
    },
    () => ({}),
    { repeat: { while: (_, round) => round < 2 } },
  )
  .toClass();

export class Bill extends Flow {
  @start({ retry: { attempts: 2, delay: 0 } }) async plan() {
    await model(this, "first");
    this.addUsage({ own: 1 });
    if (this.call.attempt === 1) throw new Error("once more");
    await model(this, "second");
    return [1];
  }
  @forEach("plan", { retry: { attempts: 2, delay: 0 } }) async page(n: number) {
    await model(this, `page ${n}`);
    if (this.call.attempt === 1) throw new Error("once more");
  }
  @listen(collect("page")) async parts() {
    await this.runFlow(Part);
    await this.runFlow(Rounds);
  }
}

export const billed = {
  own: 2,
  first: 1,
  second: 1,
  "page 1": 1,
  part: 1,
  rounds: 2,
  cents: 1.5,
};
