/** The tools of a step that uses connections: what it tells by them, and what they store, has none of their secrets. */
import type { StepTools } from "millrace";
import type { LoadedProject } from "../load/project.js";
import { cleaned, cleanedError } from "./guarded.js";

/** The same tools where the document knows no secrets. */
export function quietTools(tools: StepTools, project: LoadedProject): StepTools {
  if (!project.hasSecrets) return tools;
  const clean = (text: string) => project.redacted(text);
  const once = async (key: string, make: () => unknown) =>
    await tools.once(key, async () => {
      try {
        return cleaned(await make(), clean);
      } catch (error) {
        throw cleanedError(error, clean);
      }
    });
  const ask = (prompt: string, ...more: readonly unknown[]) =>
    (tools.ask as (...given: readonly unknown[]) => unknown)(clean(prompt), ...more);
  return {
    once: once as StepTools["once"],
    ask: ask as StepTools["ask"],
    emit: (chunk) => tools.emit(cleaned(chunk, clean)),
    sleep: tools.sleep,
    runFlow: tools.runFlow,
    addUsage: tools.addUsage,
    get state() {
      return tools.state;
    },
    get call() {
      return tools.call;
    },
    get inputs() {
      return tools.inputs;
    },
  };
}
