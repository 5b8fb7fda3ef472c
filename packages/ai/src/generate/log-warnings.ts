/** What a provider could not do as it was asked to, told to whoever reads the step's log. */
import type { StepTools } from "millrace";

/** What is looked at of the warnings of the majors of `ai`. */
interface Warning {
  readonly type?: unknown;
  readonly feature?: unknown;
  readonly setting?: unknown;
  readonly tool?: { readonly name?: unknown; readonly id?: unknown };
  readonly details?: unknown;
  readonly message?: unknown;
}

export function logWarnings(warnings: readonly unknown[], model: string, { call }: StepTools): void {
  for (const warning of warnings) call.logger.warn(`Model "${model}": ${textOf((warning ?? {}) as Warning)}`);
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
