import { expect, test } from "vitest";
import { z } from "zod";
import { Flow, FlowError, failed, listen, start } from "../src/index.js";

let broken = true;
let tried: string[] = [];
class Charge extends Flow<typeof Charge> {
  static inputs = z.object({ cents: z.number() });
  @start() reserve() {
    tried.push("reserve");
    return 1;
  }
  @listen("reserve") charge() {
    tried.push("charge");
    if (broken) throw new Error("no connection");
    return "charged";
  }
}
class Shop extends Flow<typeof Shop> {
  static inputs = z.object({ attempts: z.number() });
  @start() buy() {
    return this.runFlow(Charge, { cents: 5 });
  }
}

test("a child that fails fails the step; a resume of the parent goes on with the child where it stood", async () => {
  broken = true;
  tried = [];
  const flow = new Shop();
  const error = await flow.kickoff({ attempts: 1 }, { id: "s" }).catch((thrown: unknown) => thrown);
  if (!FlowError.is(error, "CHILD_FAILED")) throw error;
  expect(error).toMatchObject({
    runId: "s",
    step: "buy",
    details: { run: "s/buy/1/Charge-1", flow: "Charge", code: "STEP_FAILED" },
    cause: { code: "STEP_FAILED", runId: "s/buy/1/Charge-1", step: "charge" },
  });
  broken = false;
  expect(await flow.resume("s")).toMatchObject({ status: "completed", output: "charged" });
  expect(tried).toEqual(["reserve", "charge", "charge"]);
});

test("a retry of the step goes on with the child that failed; a listener may handle the failure", async () => {
  let fails = 2;
  const begun: string[] = [];
  class Flaky extends Flow {
    @start() first() {
      begun.push("first");
    }
    @listen("first") second() {
      begun.push("second");
      if (fails-- > 0) throw new Error("not yet");
      return "done";
    }
  }
  class Patient extends Flow {
    @start({ retry: { attempts: 3, delay: 0 } }) go() {
      return this.runFlow(Flaky);
    }
  }
  expect(await new Patient().kickoff()).toMatchObject({ status: "completed", output: "done" });
  expect(begun).toEqual(["first", "second", "second", "second"]);
  fails = 1;
  class Handled extends Flow {
    @start() go() {
      return this.runFlow(Flaky);
    }
    @listen(failed("go")) help(error: FlowError) {
      return `helped: ${error.code}`;
    }
  }
  expect(await new Handled().kickoff()).toMatchObject({ status: "completed", output: "helped: CHILD_FAILED" });
});

test("a failure that the step catches stays what it was when the step is begun again", async () => {
  let tries = 0;
  class Bad extends Flow {
    @start() go() {
      tries++;
      throw new Error("always");
    }
  }
  class Careful extends Flow {
    @start() async go() {
      const first = await this.runFlow(Bad).catch(() => "without");
      const name = await this.ask("Who?");
      return `${String(first)} ${name}`;
    }
  }
  const flow = new Careful();
  await flow.kickoff();
  const [question] = (await flow.runs.questions()).questions;
  expect(await flow.runs.answer(question!.id, "Ada")).toMatchObject({ output: "without Ada" });
  expect(tries).toBe(1);
});

test("however deep, a failure says what failed, and says it once", async () => {
  class Down extends Flow<typeof Down> {
    static flowName = "Down";
    static inputs = z.object({ depth: z.number() });
    @start() async go({ depth }: { depth: number }): Promise<void> {
      if (depth === 0) throw new Error("the ground");
      await this.runFlow(Down, { depth: depth - 1 });
    }
  }
  const flow = new Down();
  const error = await flow.kickoff({ depth: 5 }, { id: "down" }).catch((thrown: FlowError) => thrown);
  if (!FlowError.is(error, "CHILD_FAILED")) throw error;
  expect(error.message).toBe('Run down/go/1/Down-1 of flow "Down" failed: Step "go" failed: the ground');
  const stored = await flow.resume("down").catch((thrown: FlowError) => thrown);
  expect(stored).toMatchObject({ code: "CHILD_FAILED", message: error.message });
});
