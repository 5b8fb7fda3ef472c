/** Runs a step so that what connections keep secret comes out neither in its result nor in its errors. */
import { FlowError } from "millrace";
import { isStream, type Stream } from "../streams.js";
import type { StepDraft } from "./step-draft.js";
import type { FlowContext } from "./types.js";

type Run<G, T> = (given: G, tools: T) => unknown;

/** The same function where the document knows no secrets. */
export function guarded<G, T>(
  draft: StepDraft | undefined,
  { project }: Pick<FlowContext, "project">,
  run: Run<G, T>,
): Run<G, T> {
  void draft;
  if (!project.hasSecrets) return run;
  const clean = (text: string) => project.redacted(text);
  return (given, tools) => {
    try {
      const result = run(given, tools);
      if (isStream(result)) return cleanStream(result, clean);
      return result instanceof Promise
        ? result.then(
            (value) => cleaned(value, clean),
            (error: unknown) => {
              throw cleanedError(error, clean);
            },
          )
        : cleaned(result, clean);
    } catch (error) {
      throw cleanedError(error, clean);
    }
  };
}

async function* cleanStream(stream: Stream, clean: Clean): AsyncGenerator<unknown, unknown> {
  try {
    for (;;) {
      const { value, done } = await stream.next();
      if (done) return cleaned(value, clean);
      yield cleaned(value, clean);
    }
  } catch (error) {
    throw cleanedError(error, clean);
  }
}

type Clean = (text: string) => string;

/** A value without secrets; the same value where it has none. */
export function cleaned(value: unknown, clean: Clean): unknown {
  if (typeof value === "string") return clean(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => cleaned(item, clean));
    return items.some((item, i) => item !== value[i]) ? items : value;
  }
  if (value instanceof Uint8Array) return cleanedBytes(value, clean);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  let changed = false;
  const entries = Object.entries(value).map(([key, part]) => {
    const made = cleaned(part, clean);
    const name = clean(key);
    changed ||= made !== part || name !== key;
    return [name, made] as const;
  });
  return changed ? Object.fromEntries(entries) : value;
}

/** Byte by byte as characters, so that all others stay as they are. */
function cleanedBytes(value: Uint8Array, clean: Clean): Uint8Array {
  const before = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("latin1");
  const after = clean(before);
  return after === before ? value : new Uint8Array(Buffer.from(after, "latin1"));
}

export function cleanedError(error: unknown, clean: Clean): unknown {
  if (!(error instanceof Error)) return cleaned(error, clean);
  if (FlowError.is(error)) {
    const { message, hint, details, step, runId, cause } = error;
    const words = message + hint + text(cause);
    // looked at by its values: in JSON a secret with quotes or line breaks is written otherwise
    if (clean(words) === words && cleaned(details, clean) === details) return error;
    return new FlowError(error.code, clean(message), {
      hint: clean(hint),
      details: cleaned(details, clean) as never,
      retryable: error.retryable,
      ...(step !== undefined && { step }),
      ...(runId !== undefined && { runId }),
      ...(cause !== undefined && { cause: cleanedError(cause, clean) }),
    });
  }
  const dirty = text(error);
  if (clean(dirty) === dirty) return error;
  const made = new Error(clean(error.message));
  made.name = error.name;
  made.stack = clean(error.stack ?? "");
  return made;
}

function text(error: unknown): string {
  if (!(error instanceof Error)) return error === undefined ? "" : JSON.stringify(error);
  return `${error.message}\n${error.stack ?? ""}\n${error.cause === undefined ? "" : text(error.cause)}`;
}
