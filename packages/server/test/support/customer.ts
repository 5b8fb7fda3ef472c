/**
 * A client of a Parcel: starts it and streams, signals and answers, and tries each again until it is told that it is done, however
 * often its connection is cut or the server is gone. What it has heard is in the order in which it came.
 */
import { setTimeout as pause } from "node:timers/promises";
import { type HeardEvent, readEvents } from "./event-client.js";

export interface CustomerOptions {
  /** Where servers are; one that does not answer is left for the next. */
  readonly urls: readonly string[];
  readonly name: string;
  /** Whether the connection is to be cut now. */
  readonly cut?: () => boolean;
}

export interface Served {
  readonly run: string;
  /** Of all events that it has heard. */
  readonly ids: readonly string[];
  readonly output: unknown;
}

const json = { "content-type": "application/json" };

export async function customer({ urls, name, cut = () => false }: CustomerOptions): Promise<Served> {
  const ids: string[] = [];
  const doing = new Set<Promise<void>>();
  let run: string | undefined;
  let output: unknown;
  let turns = Math.floor(Math.random() * urls.length);

  const url = () => urls[turns++ % urls.length]!;
  /** Until somebody has answered what is final. */
  async function insist(path: string, init: RequestInit, done: (status: number) => boolean): Promise<Response> {
    for (;;) {
      const response = await fetch(url() + path, init).catch(() => undefined);
      if (response && done(response.status)) return response;
      if (response && response.status < 500) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      await response?.body?.cancel();
      await pause(20);
    }
  }
  /** 409: it was stored before, and whoever was to say so is gone. */
  const post = (path: string, body: unknown, key: string): void => {
    const headers = { ...json, "idempotency-key": key };
    const done = (status: number) => status < 300 || status === 409;
    const sent = insist(path, { method: "POST", headers, body: JSON.stringify(body) }, done);
    doing.add(sent.then(async (response) => void (await response.text())));
  };

  const hear = ({ id, data }: HeardEvent): boolean => {
    if (id !== undefined) ids.push(id);
    run = data.runId;
    if (data.type === "step.completed" && data.step === "weigh")
      post(`/runs/${run}/signals/paid`, { cents: 700 }, `${name}-paid`);
    if (data.type === "ask.requested") post(`/questions/${encodeURIComponent(data.id)}`, true, `${name}-ship`);
    if (data.type === "run.completed") output = data.output;
    return output === undefined && !cut();
  };
  while (output === undefined) {
    const last = ids.at(-1);
    const headers = { accept: "text/event-stream", ...(last !== undefined && { "last-event-id": last }) };
    const response = run
      ? await insist(`/runs/${run}/events`, { headers }, (status) => status === 200)
      : await insist(
          "/flows/Parcel/stream",
          {
            method: "POST",
            headers: { ...headers, ...json, "idempotency-key": name },
            body: JSON.stringify({ name }),
          },
          (status) => status === 200,
        );
    await readEvents(response, hear).catch(() => undefined);
  }
  await Promise.all(doing);
  return { run: run!, ids, output };
}
