/** What one attempt of a step says that it has used. */
import { FlowError } from "../errors/index.js";
import type { Usage } from "../ports/index.js";
import { addUsage } from "./usage-sums.js";

export class UsageMeter {
  #sum: Usage | undefined;

  get sum(): Usage | undefined {
    return this.#sum;
  }

  /** @throws {FlowError} STEP_USAGE_INVALID */
  add(usage: unknown, step: string): void {
    if (typeof usage !== "object" || usage === null || Array.isArray(usage))
      throw invalid(step, `${usage === null ? "null" : Array.isArray(usage) ? "a list" : typeof usage}`);
    const entries = Object.entries(usage as Record<string, unknown>).filter(([, count]) => count !== undefined);
    for (const [key, count] of entries) {
      if (key === "" || key === "__proto__") throw invalid(step, `the key ${JSON.stringify(key)}`);
      if (typeof count !== "number" || !Number.isFinite(count + (this.#sum?.[key] ?? 0)))
        throw invalid(step, `${key}: ${typeof count === "number" ? count : typeof count}`);
    }
    if (entries.length > 0) this.#sum = addUsage(this.#sum, Object.freeze(Object.fromEntries(entries)) as Usage);
  }
}

function invalid(step: string, what: string): FlowError {
  return new FlowError("STEP_USAGE_INVALID", `Step "${step}" gave this.addUsage ${what}.`, {
    hint: 'Give it finite numbers by name: this.addUsage({ "gpt:input_tokens": 12 }).',
  });
}
