/** Sends an answer, whole or streamed, as far as the script lets it come and the client stays. */
import type { ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { Answer, Garbage, Refusal, Said } from "./answer.js";
import type { AskedSoFar } from "./asked.js";
import { chunksOf, wholeCompletion } from "./completion.js";

export interface Replying {
  readonly asked: AskedSoFar;
  readonly response: ServerResponse;
  readonly usageUnasked: boolean;
}

const longestMs = 60_000;

export async function reply(answer: Answer, to: Replying): Promise<void> {
  const { asked, response } = to;
  if (typeof answer === "string") return say({ text: answer }, to);
  if ("silent" in answer) return leaveOpen(response);
  if ("raw" in answer) return sendGarbage(answer, to);
  if (!("status" in answer)) return say(answer, to);
  asked.outcome = "refused";
  refuse(response, answer);
}

export function refuse(response: ServerResponse, { status, message, code, retryAfter, body }: Refusal): void {
  const error = { message: message ?? `status ${status}`, type: "error", param: null, code: code ?? null };
  response.writeHead(status, {
    "content-type": "application/json",
    ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }),
  });
  response.end(body ?? JSON.stringify({ error }));
}

async function say(said: Said, to: Replying): Promise<void> {
  const { asked, response } = to;
  await pauseUnlessLeft(response, said.waitMs);
  if (response.closed) return;
  if (asked.request.stream) return saySlowly(said, to);
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(wholeCompletion(said, occasionOf(asked))), () => {
    asked.outcome = "answered";
  });
}

async function saySlowly(said: Said, { asked, response, usageUnasked }: Replying): Promise<void> {
  const { breakOffAfter, endAfter, errorAfter, pauseMs, beforeChunk } = said;
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  response.flushHeaders();
  const withUsage = usageUnasked || asked.request.stream_options?.include_usage === true;
  const until = Date.now() + longestMs;
  let index = 0;
  for (const chunk of chunksOf(said, occasionOf(asked), withUsage)) {
    await pauseUnlessLeft(response, pauseMs);
    if (beforeChunk) await beforeChunk(index);
    if (index === breakOffAfter || Date.now() > until) return breakOff(asked, response);
    if (index === endAfter || index === errorAfter) break;
    if (response.closed) return;
    index++;
    if (!response.write(`data: ${JSON.stringify(chunk)}\n\n`)) await drained(response);
  }
  if (index === endAfter || index === errorAfter) asked.outcome = "broken";
  if (index === endAfter) return void response.end();
  const last =
    index === errorAfter ? JSON.stringify({ error: { message: "overloaded in the midst of it" } }) : "[DONE]";
  response.end(`data: ${last}\n\n`, () => {
    if (asked.outcome === "open") asked.outcome = "answered";
  });
}

/** What was written so far goes out before the connection is cut. */
async function breakOff(asked: AskedSoFar, response: ServerResponse): Promise<void> {
  asked.outcome = "broken";
  await pause(5);
  response.destroy();
}

function sendGarbage({ raw, contentType }: Garbage, { asked, response }: Replying): void {
  asked.outcome = "broken";
  const usual = asked.request.stream ? "text/event-stream" : "application/json";
  response.writeHead(200, { "content-type": contentType ?? usual });
  response.end(raw);
}

async function leaveOpen(response: ServerResponse): Promise<void> {
  await pauseUnlessLeft(response, longestMs);
  response.destroy();
}

async function pauseUnlessLeft(response: ServerResponse, ms = 0): Promise<void> {
  if (ms === 0 || response.closed) return;
  const over = new AbortController();
  const left = () => over.abort();
  response.once("close", left);
  await pause(ms, undefined, { signal: over.signal, ref: false }).catch(() => undefined);
  response.off("close", left);
}

/** The client has read on, or is gone. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      response.off("drain", go).off("close", go);
      resolve();
    };
    response.once("drain", go).once("close", go);
    if (response.closed) go();
  });
}

const occasionOf = ({ number, request }: AskedSoFar) => ({ number, model: request.model });
