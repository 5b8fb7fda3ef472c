/** An event as one line for logs and pipes: `time type place key=value …`, stable and easy to search. */
import type { FlowEvent, WaitingFor } from "millrace";
import { durationText } from "./durations.js";
import { plainText } from "./lines.js";
import { usageText } from "./usage-text.js";

/** `write#2`, `plan#1.fetch#3`; of an element of a list also `[7]`. */
function placeOf(event: FlowEvent): string {
  const calls = (event.path ?? []).map(({ step, number, index }) => callName({ step, number, index }));
  const own = "step" in event ? [callName(event)] : [];
  return plainText([...calls, ...own].join("."));
}

function callName(call: { step: string; number?: number; index?: number }): string {
  const element = call.index === undefined ? "" : `[${call.index}]`;
  return `${call.step}${call.number === undefined ? "" : `#${call.number}`}${element}`;
}

/**
 * Inputs, payloads and results are left out: they may be long, and not meant for a log. So are chunks, as of a text that is streamed word
 * by word. `--jsonl` has them.
 */
export function eventLine(event: Exclude<FlowEvent, { type: "output.chunk" }>): string {
  const place = placeOf(event);
  const usage = "usage" in event && event.usage ? { usage: usageText(event.usage, 20) } : {};
  const fields = Object.entries({ ...fieldsOf(event), ...usage }).filter(([, value]) => value !== undefined);
  const time = new Date(event.at).toISOString();
  return [time, event.type, ...(place ? [place] : []), ...fields.map(([key, value]) => `${key}=${shown(value!)}`)].join(
    " ",
  );
}

type Fields = Readonly<Record<string, string | number | undefined>>;

function fieldsOf(event: Parameters<typeof eventLine>[0]): Fields {
  switch (event.type) {
    case "run.created":
    case "run.started":
      return { flow: event.flow, run: event.runId };
    case "run.resumed":
      return { flow: event.flow, run: event.runId, from: event.from };
    case "run.forked":
      return { flow: event.flow, run: event.runId, from: event.from.run, position: event.from.position };
    case "run.completed":
    case "run.stopped":
      return { run: event.runId };
    case "run.waiting":
      return { run: event.runId, for: event.waitingFor.map(waitingText).join(", ") };
    case "run.failed":
    case "run.abandoned":
      return { run: event.runId, ...errorFields(event.error) };
    case "run.cancelled":
      return { run: event.runId, reason: event.reason };
    case "step.started":
      return { trigger: event.trigger, ...(event.attempt > 1 && { attempt: event.attempt }) };
    case "step.completed":
      return { duration: durationText(event.durationMs), labels: event.labels?.join(",") };
    case "step.failed":
      return { duration: durationText(event.durationMs), ...errorFields(event.error) };
    case "step.retrying":
      return {
        attempt: event.attempt,
        next: new Date(event.retryAt).toISOString(),
        duration: durationText(event.durationMs),
        ...errorFields(event.error),
      };
    case "timer.set":
      return { key: event.key, until: new Date(event.until).toISOString() };
    case "timer.fired":
      return { key: event.key };
    case "ask.requested":
      return { question: event.id, prompt: event.prompt, outcomes: event.outcomes?.join(",") };
    case "ask.answered":
      return { question: event.id, by: "timedOut" in event.answer ? "timeout" : "answer" };
    case "route.taken":
    case "route.unheard":
      return { label: event.label };
    case "trigger.ignored":
      return { trigger: event.trigger };
    case "join.starved":
      return { held: event.held.join(","), missing: event.missing.join(",") };
    case "state.changed":
      return { paths: [...new Set(event.patches.map(({ path }) => path.join(".")))].join(",") };
    case "signal.received":
      return { name: event.name };
    case "step.skipped":
    case "step.aborted":
      return {};
  }
}

function errorFields({ code, message }: { code: string; message: string }): Fields {
  return { error: code, message };
}

function waitingText(waiting: WaitingFor): string {
  return waiting.kind === "flow" ? waiting.waitingFor.map(waitingText).join(", ") : `${waiting.kind} ${waiting.name}`;
}

/** As it is where it is one word, else in quotes; long texts are cut. */
function shown(value: string | number): string {
  const text = plainText(String(value));
  const short = text.length > 200 ? `${text.slice(0, 199)}…` : text;
  return /^[^\s"=]+$/u.test(short) ? short : JSON.stringify(short);
}
