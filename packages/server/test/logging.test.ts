/** What fails is told to the logger, whoever has started the run: a request that waits for nothing, a schedule, another process before. */
import { virtualClock } from "@millrace/testing";
import { Flow, FlowError, type FlowLogger, listen, MemoryPersistence, signal, start } from "millrace";
import { expect, test, vi } from "vitest";
import { serve } from "./serve.js";

class Broken extends Flow {
  @start({ retry: { attempts: 2, delay: 1 } }) charge() {
    throw new Error("no money");
  }
}

class Later extends Flow {
  @start() begin() {}
  @listen(signal("go")) charge() {
    throw new Error("no money");
  }
}

class Outer extends Flow {
  @start() async go() {
    return this.runFlow(Broken);
  }
}

type Line = readonly [level: string, message: string, fields: Readonly<Record<string, unknown>>];

function kept(): { readonly logger: FlowLogger; readonly lines: Line[] } {
  const lines: Line[] = [];
  const tell =
    (level: string) =>
    (message: string, fields = {}) =>
      void lines.push([level, message, fields]);
  return { lines, logger: { debug: tell("debug"), info: tell("info"), warn: tell("warn"), error: tell("error") } };
}

const flows = [Broken, Later, Outer];

test("a run that nobody waits for", async () => {
  const { lines, logger } = kept();
  const { post } = await serve({ flows, logger });
  const { body } = await post("/flows/Broken", {});
  await vi.waitFor(() => expect(lines.length).toBe(2));
  expect(lines.map(([level, message]) => [level, message])).toEqual([
    ["warn", 'a step of "Broken" has failed, and is tried again'],
    ["error", 'a run of "Broken" has failed'],
  ]);
  const [, , { error, ...fields }] = lines[1]!;
  expect(fields).toEqual({ runId: body.id, step: "charge" });
  if (!FlowError.is(error, "STEP_FAILED")) throw error;
  expect([error.message, (error.cause as Error).message]).toEqual(['Step "charge" failed: no money', "no money"]);
  expect((error.cause as Error).stack).toContain("logging.test.ts");
});

test("a run that another one has started is told by that one", async () => {
  const { lines, logger } = kept();
  const { post } = await serve({ flows, logger });
  await post("/flows/Outer?wait=5", {});
  await vi.waitFor(() => expect(lines.length).toBe(1));
  expect(lines[0]![1]).toBe('a run of "Outer" has failed');
});

test("a run that a schedule has started, once", async () => {
  const { lines, logger } = kept();
  const clock = virtualClock({ start: "2026-03-02T08:30:00Z" });
  await serve({
    flows,
    logger,
    clock,
    schedules: [
      { id: "daily", flow: "Later", cron: "0 9 * * *" },
      { id: "hourly", flow: "Broken", cron: "0 9 * * *" },
    ],
  });
  await clock.advance("1h");
  await vi.waitFor(() => expect(lines.filter(([level]) => level === "error").length).toBe(1));
  expect(lines.find(([level]) => level === "error")![2]).toMatchObject({ runId: "hourly@2026-03-02T09:00:00.000Z" });
});

test("a run that was taken up from a server that is gone", async () => {
  let calls = 0;
  class Cut extends Flow {
    @start() async charge() {
      const { abortSignal } = this.call;
      if (++calls === 1) await new Promise((_, reject) => abortSignal.addEventListener("abort", reject));
      throw new Error("no money");
    }
  }
  const persistence = new MemoryPersistence();
  const first = await serve({ flows: [Cut], persistence });
  await first.post("/flows/Cut", {});
  await vi.waitFor(() => expect(calls).toBe(1));
  await first.server.close();
  const { lines, logger } = kept();
  const { server } = await serve({ flows: [Cut], logger, persistence });
  await server.host.recover();
  expect(lines.map(([level, message]) => [level, message])).toEqual([["error", 'a run of "Cut" has failed']]);
});
