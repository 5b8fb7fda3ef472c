/** What a provider could not do as it was asked to, told to whoever reads the step's log. */
import type { PreparedCall } from "./prepared-call.js";

/** What is looked at of the warnings of the majors of `ai`. */
interface Warning {
  readonly type?: unknown;
  readonly feature?: unknown;
  readonly setting?: unknown;
  readonly tool?: { readonly name?: unknown; readonly id?: unknown };
  readonly details?: unknown;
  readonly message?: unknown;
}

/** Each is told once in a call, however often the model is asked. */
export function logWarnings(warnings: readonly unknown[], model: string, { tools, warned }: PreparedCall): void {
  for (const warning of warnings) {
    const text = `Model "${model}": ${textOf((warning ?? {}) as Warning)}`;
    if (!warned.has(text)) tools.call.logger.warn(text);
    warned.add(text);
  }
}

function textOf({ type, feature, setting, tool, details, message }: Warning): string {
  if (message !== undefined) return String(message);
  const what = feature ?? setting ?? tool?.name ?? tool?.id;
  const about = what === undefined ? "something it was asked for" : `"${String(what)}"`;
  const how =
    type === "compatibility"
      ? "is used in another way"
      : type === "deprecated"
        ? "is on its way out"
        : "is not supported";
  return `${about} ${how}.${details === undefined ? "" : ` ${String(details)}`}`;
}
