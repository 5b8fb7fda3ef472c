/** Events over real sockets: pages, streams, clients that are cut off and come back, and a server that is killed under them. */
import { setTimeout as pause } from "node:timers/promises";
import { EventSource } from "eventsource";
import { Flow, listen, or, router, start } from "millrace";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { createServer, type FlowServer, type ServerOptions } from "../src/index.js";
import { type HeardEvent, readEvents } from "./support/event-client.js";

class Story extends Flow<typeof Story> {
  static inputs = z.object({ words: z.array(z.string()) });
  static state = z.object({ told: z.number().default(0) });
  static output = z.string();
  @start() async *tell({ words }: { words: string[] }) {
    for (const word of words) {
      yield word;
      await pause(1);
    }
    this.state.told = words.length;
    return words.join(" ");
  }
  @listen("tell") end(text: string) {
    return `${text}.`;
  }
}

class Patient extends Flow {
  @start() async nap() {
    await this.sleep("1h");
  }
}

class Broken extends Flow {
  @start() charge() {
    throw new Error("password=hunter2");
  }
}

const open: FlowServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function serve(options: Partial<ServerOptions> = {}) {
  const server = await createServer({ flows: [Story, Patient, Broken], ...options });
  open.push(server);
  const { url } = await server.listen({ port: 0 });
  const stream = (flow: string, inputs: unknown, headers: Record<string, string> = {}) =>
    fetch(`${url}/flows/${flow}/stream`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(inputs),
    });
  return { server, url, stream };
}

const words = ["so", "much", "depends"];

async function allOf(response: Response): Promise<HeardEvent[]> {
  const heard: HeardEvent[] = [];
  await readEvents(response, (event) => {
    heard.push(event);
    return true;
  });
  return heard;
}

const ids = (heard: readonly HeardEvent[]) => heard.flatMap(({ id }) => id ?? []);

test("starting and streaming in one: every event, chunks where they belong, and the end", async () => {
  const { url, stream } = await serve();
  const response = await stream("Story", { words });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  expect(response.headers.get("cache-control")).toContain("no-transform");
  const address = response.headers.get("location")!;
  const heard = await allOf(response);
  expect(heard.map(({ data }) => data.type)).toEqual([
    ...["run.created", "run.started", "step.started", "output.chunk", "output.chunk", "output.chunk"],
    ...["step.completed", "state.changed", "step.started", "step.completed", "run.completed"],
  ]);
  expect(heard.at(-1)!.data).toMatchObject({ output: "so much depends.", flow: "Story" });
  expect(heard.every(({ id, data }) => data.eventId === id)).toBe(true);
  expect(address).toBe(`/runs/${heard[0]!.data.runId}`);

  const page = (await (await fetch(`${url}${address}/events`)).json()) as { events: { eventId: string }[] };
  expect(page.events.map(({ eventId }) => eventId)).toEqual(ids(heard));
  expect(page).not.toHaveProperty("next");
});

test("what can't begin is a problem, and no stream", async () => {
  const { stream, server } = await serve();
  const refused = await stream("Story", { words: 5 });
  expect(refused.status).toBe(422);
  expect(refused.headers.get("content-type")).toBe("application/problem+json");
  expect(await refused.json()).toMatchObject({ code: "RUN_INPUTS_INVALID" });
  expect((await stream("Nothing", {})).status).toBe(404);
  expect(server.host.events.observed).toBe(true);
});

test("pages: from any event on, as many as wanted, each once", async () => {
  const { url, stream } = await serve();
  const heard = await allOf(await stream("Story", { words }));
  const run = `${url}/runs/${heard[0]!.data.runId}/events`;
  const paged: string[] = [];
  for (let after = ""; ; ) {
    const answer = await (await fetch(`${run}?limit=2&after=${after}`)).json();
    const { events, next } = answer as { events: { eventId: string }[]; next?: string };
    expect(events.length).toBeLessThanOrEqual(2);
    paged.push(...events.map(({ eventId }) => eventId));
    if (next === undefined) break;
    after = next;
  }
  expect(paged).toEqual(ids(heard));
  for (const wrong of ["limit=0", "limit=x", "limit=-1", "after=x", "after=1.x", "after=-1"]) {
    const response = await fetch(`${run}?${wrong}`);
    expect([wrong, response.status, ((await response.json()) as { code: string }).code]).toEqual([
      ...[wrong, 400, "SERVER_REQUEST_INVALID"],
    ]);
  }
  const beyond = await fetch(`${run}?after=99`);
  expect([beyond.status, await beyond.json()]).toMatchObject([404, { code: "RUN_POSITION_UNKNOWN" }]);
  expect((await fetch(`${url}/runs/none/events`)).status).toBe(404);
});

test("an EventSource hears all, and is told by 204 that nothing more will come", async () => {
  const { url, stream } = await serve();
  const address = (await stream("Story", { words })).headers.get("location")!;
  const answers: number[] = [];
  const source = new EventSource(`${url}${address}/events`, {
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      answers.push(response.status);
      return response;
    },
  });
  const heard: string[] = [];
  source.onmessage = ({ data, lastEventId }) => {
    const event = JSON.parse(data) as { eventId?: string };
    if (event.eventId !== undefined) heard.push(lastEventId);
  };
  await new Promise<void>((resolve) => {
    source.onerror = () => source.readyState === EventSource.CLOSED && resolve();
  });
  expect(answers).toEqual([200, 204]);
  const all = (await (await fetch(`${url}${address}/events`)).json()) as { events: { eventId: string }[] };
  expect(heard).toEqual(all.events.map(({ eventId }) => eventId));
});

test("a client that is cut off cancels nothing, and comes back to what it has missed", async () => {
  const { url, stream, server } = await serve();
  const many = Array.from({ length: 60 }, (_, i) => `w${i}`);
  const heard: string[] = [];
  let run = "";
  await readEvents(await stream("Story", { words: many }), ({ id, data }) => {
    if (id !== undefined) heard.push(id);
    run = data.runId;
    return data.type !== "output.chunk";
  });
  let over = false;
  for (let cuts = 0; !over; cuts++) {
    expect(cuts).toBeLessThan(100);
    const headers = { accept: "text/event-stream", "last-event-id": heard.at(-1)! };
    const response = await fetch(`${url}/runs/${run}/events`, { headers });
    await readEvents(response, ({ id, data }) => {
      if (id !== undefined) heard.push(id);
      over = data.type === "run.completed";
      return Math.random() < 0.8;
    });
  }
  const all = (await (await fetch(`${url}/runs/${run}/events?limit=1000`)).json()) as { events: { eventId: string }[] };
  expect(heard).toEqual(all.events.map(({ eventId }) => eventId));
  expect(server.host.driven).toBe(0);
});

test("errors of steps are told as problems, without what was thrown", async () => {
  const { stream } = await serve();
  const text = await (await stream("Broken", {})).text();
  expect(text).not.toContain("hunter2");
  expect(text).not.toMatch(/\bat .*:\d+:\d+/);
  const heard = text.split("\n").flatMap((line) => (line.startsWith("data: ") ? [JSON.parse(line.slice(6))] : []));
  expect(heard.at(-1)).toMatchObject({ type: "run.failed", error: { code: "STEP_FAILED", status: 422 } });

  const told = await serve({ exposeErrors: true });
  expect(await (await told.stream("Broken", {})).text()).toContain("hunter2");
});

test("when the server drains, streams of runs that rest end, those of others when they stand still", async () => {
  const { stream, server } = await serve();
  const waiting = await stream("Patient", {});
  const running = await stream("Story", { words: Array.from({ length: 300 }, String) });
  const said = new Promise<void>((resolve) => {
    const heard = server.host.events.on("output.chunk", () => {
      heard();
      resolve();
    });
  });
  const both = Promise.all([allOf(waiting), allOf(running)]);
  await said;
  const begun = Date.now();
  await server.close();
  const [rested, stopped] = await both;
  expect(Date.now() - begun).toBeLessThan(10_000);
  expect(rested.at(-1)!.data.type).toBe("run.waiting");
  expect(stopped.at(-1)!.data.type).toBe("run.stopped");
  const headers = { "content-type": "application/json" };
  const late = new Request("http://localhost/flows/Patient/stream", { method: "POST", headers, body: "{}" });
  const refused = await server.fetch(late);
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "2"]);
  expect(await refused.json()).toMatchObject({ code: "SERVER_DRAINING" });
});

test("HEAD of a stream answers its headers and follows nothing", async () => {
  const { url, stream } = await serve();
  const address = (await stream("Story", { words })).headers.get("location")!;
  const head = await fetch(`${url}${address}/events`, { method: "HEAD", headers: { accept: "text/event-stream" } });
  expect([head.status, head.headers.get("content-type")]).toEqual([200, "text/event-stream; charset=utf-8"]);
  expect(await head.text()).toBe("");
});

test("of runs that a run has started, chunks come with their path, and the rest at their own address", async () => {
  class Saga extends Flow {
    @start() async both() {
      return this.runFlow(Story, { words });
    }
  }
  const { url, stream } = await serve({ flows: [Saga, Story] });
  const heard = await allOf(await stream("Saga", {}));
  const [run] = heard.map(({ data }) => data.runId as string);
  const others = heard.filter(({ data }) => data.runId !== run);
  expect(others.map(({ id, data }) => [id, data.type, data.chunk, data.path[0].step])).toEqual(
    words.map((word) => [undefined, "output.chunk", word, "both"]),
  );
  const child = others[0]!.data.runId as string;
  const answer = await fetch(`${url}/runs/${encodeURIComponent(child)}/events`);
  const { events } = (await answer.json()) as { events: { type: string }[] };
  expect(events.at(-1)).toMatchObject({ type: "run.completed", output: "so much depends.", path: [{ run }] });
});

test("a journal that was shortened is told from where it begins; what is gone of it is said to be gone", async () => {
  class Rounds extends Flow<{ n: number }> {
    override initialState = { n: 0 };
    @start() begin() {
      return 0;
    }
    @router(or("begin", "again"), { routes: ["again", "done"] }) count() {
      return ++this.state.n < 20 ? "again" : "done";
    }
  }
  const { url, stream, server } = await serve({ flows: [Rounds] });
  const heard = await allOf(await stream("Rounds", {}));
  const run = heard[0]!.data.runId as string;
  await server.host.flows.get("Rounds")!.flow.runs.prune({ keep: 0, keepResults: true });
  const headers = { accept: "text/event-stream" };
  const told = await allOf(await fetch(`${url}/runs/${run}/events`, { headers }));
  expect(told.at(-1)!.data.type).toBe("run.completed");
  expect(told.length).toBeLessThan(heard.length);
  expect(ids(heard).slice(-told.length)).toEqual(ids(told));
  for (const accept of ["text/event-stream", "application/json"]) {
    const gone = await fetch(`${url}/runs/${run}/events?after=3`, { headers: { accept } });
    expect([gone.status, await gone.json()]).toMatchObject([410, { code: "RUN_POSITION_GONE" }]);
  }
});
