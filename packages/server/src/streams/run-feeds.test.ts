/** Runs that change hands between two processes' worth of flows on one file, followed from both. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SqlitePersistence } from "@millrace/sqlite";
import fc from "fast-check";
import { each, Flow, FlowEvents, listen, signal, start } from "millrace";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { readPlace } from "./event-place.js";
import { followRun } from "./follow-run.js";
import { RunFeeds } from "./run-feeds.js";
import { runSource } from "./run-source.js";

const Go = signal("go", z.number());
const End = signal("end", z.null());

class Counter extends Flow<{ n: number }> {
  override initialState = { n: 0 };
  @start() begin() {
    return 0;
  }
  @listen(each(Go)) async *count() {
    const n = ++this.state.n;
    for (const part of ["a", "b", "c"]) {
      yield `${n}${part}`;
      if (part === "b") await this.once("pause", () => Promise.resolve());
    }
    return n;
  }
  @listen(End) last() {
    return "over";
  }
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "feeds-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

/** What a process has: a flow on the file, and a place where its runs are followed. */
function process(file: string) {
  const persistence = new SqlitePersistence(file);
  const events = new FlowEvents();
  const flow = new Counter({ persistence, events });
  const stop = new AbortController();
  const feeds = new RunFeeds({ events, stopSignal: stop.signal });
  const source = (id: string) => runSource({ flow }, id, { host: { persistence } });
  return { persistence, events, flow, feeds, source, stop };
}

interface Told {
  readonly id?: string;
  readonly data: any;
}

/** A client's texts, as it would read them. */
function parse(text: string): Told[] {
  return text.split("\n\n").flatMap((block) => {
    const lines = block.split("\n");
    const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
    const data = field("data");
    const id = field("id");
    return data === undefined ? [] : [{ ...(id && { id }), data: JSON.parse(data) }];
  });
}

/** A client that reads to the end, or until it has heard so many events. */
function client(at: ReturnType<typeof process>, run: string, { after = "0", most = Number.POSITIVE_INFINITY } = {}) {
  const source = followRun(at.source(run), { feeds: at.feeds, after: readPlace(after, "after") });
  const told: Told[] = [];
  const done = (async () => {
    for (let text = await source.next(); text !== undefined; text = await source.next()) {
      told.push(...parse(text));
      if (told.length >= most) source.stop();
    }
    return told;
  })();
  return { told, done, stop: () => source.stop() };
}

const ids = (told: readonly Told[]) => told.flatMap(({ id }) => id ?? []);
const chunks = (told: readonly Told[]) =>
  told.flatMap(({ data }) => (data.type === "output.chunk" ? [data.chunk as string] : []));

/** All that the journal tells. */
async function all(at: ReturnType<typeof process>, run: string): Promise<string[]> {
  return ids(await client(at, run).done);
}

test("who follows a run from its beginning is told everything once, chunks where they belong", async () => {
  const here = process(join(folder, `db-${++files}`));
  const begun = here.feeds.open(here.source("run"));
  begun.mailbox.open();
  const source = followRun(here.source("run"), { feeds: here.feeds, after: readPlace("0", "after"), begun });
  const done = (async () => {
    let text = "";
    for (let more = await source.next(); more !== undefined; more = await source.next()) text += more;
    return parse(text);
  })();
  await here.flow.kickoff(undefined, { id: "run" });
  await here.flow.signal("run", Go, 1);
  await here.flow.signal("run", End, null);
  const told = await done;
  expect(ids(told)).toEqual(await all(here, "run"));
  expect(told.map(({ data }) => data.type).filter((type) => type !== "run.resumed")).toEqual([
    ...["run.created", "run.started", "step.started", "step.completed", "run.waiting"],
    ...["signal.received", "step.started", "output.chunk", "output.chunk", "output.chunk"],
    ...["step.completed", "state.changed", "run.waiting"],
    ...["signal.received", "step.started", "step.completed", "run.completed"],
  ]);
  expect(chunks(told)).toEqual(["1a", "1b", "1c"]);
  expect(here.events.observed).toBe(false);
  await here.persistence.close();
});

test("a run that goes from process to process is told the same everywhere, however often its followers come and go", {
  timeout: 120_000,
}, async () => {
  const step = fc.record({ by: fc.boolean(), wait: fc.constantFrom(0, 0, 5, 60), joins: fc.nat(2) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
      const file = join(folder, `db-${++files}`);
      const both = [process(file), process(file)] as const;
      await both[0].flow.kickoff(undefined, { id: "run" });
      const followers = both.map((at) => client(at, "run"));
      const comers: Promise<string[]>[] = [];
      for (const { by, wait, joins } of steps) {
        for (let i = 0; i < joins; i++) comers.push(comesAndGoes(both[i % 2]!, "run", 2 + i));
        await both[by ? 1 : 0].flow.signal("run", Go, 1);
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
      await both[steps.length % 2]!.flow.signal("run", End, null);
      const expected = await all(both[0], "run");
      for (const follower of followers) expect(ids(await follower.done)).toEqual(expected);
      for (const comer of comers) expect(await comer).toEqual(expected);
      expect(both.map(({ events }) => events.observed)).toEqual([false, false]);
      for (const { persistence } of both) await persistence.close();
    }),
    { numRuns: Number(globalThis.process.env.FEED_RUNS ?? 12) },
  );
});

/** A client that leaves after so many events, again and again, and comes back with the id that it heard last. */
async function comesAndGoes(at: ReturnType<typeof process>, run: string, most: number): Promise<string[]> {
  const heard: string[] = [];
  for (;;) {
    const told = await client(at, run, { after: heard.at(-1) ?? "0", most }).done;
    heard.push(...ids(told));
    if (heard.length > 0 && told.at(-1)?.data.type === "run.completed") return heard;
    if (told.length === 0) return heard;
  }
}

test("one who reads nothing is let go, and comes back to what was missed", async () => {
  const here = process(join(folder, `db-${++files}`));
  await here.flow.kickoff(undefined, { id: "run" });
  const { mailbox, close } = here.feeds.open(here.source("run"));
  mailbox.open();
  for (let i = 0; i < 3; i++) mailbox.put({ text: "x".repeat(1_500_000) });
  expect(mailbox.overflowed).toBe(true);
  expect(await mailbox.take()).toBeUndefined();
  close();
  await here.flow.signal("run", Go, 1);
  await here.flow.signal("run", End, null);
  expect((await client(here, "run", { after: "1" }).done).at(-1)?.data.type).toBe("run.completed");
  await here.persistence.close();
});

test("when the server ends, followers are let go once the run stands still here", async () => {
  const here = process(join(folder, `db-${++files}`));
  await here.flow.kickoff(undefined, { id: "run" });
  const follower = client(here, "run");
  while (follower.told.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  here.stop.abort();
  expect((await follower.done).at(-1)?.data.type).toBe("step.completed");
  await here.persistence.close();
});
