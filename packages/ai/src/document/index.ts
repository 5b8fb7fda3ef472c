/** Language models in documents: step types for `loadDocument`, and for `stepTypes` of `millrace.config.ts`. */
import type { StepType } from "@millrace/document";
import { intent } from "./intent.js";
import { agent, llm } from "./llm.js";

export { agent, intent, llm };

/**
 * All of them.
 *
 * @example
 * ```ts
 * const { flows } = await loadDocument("chat.yaml", { stepTypes: aiSteps });
 * ```
 */
export const aiSteps: readonly StepType[] = [llm, agent, intent] as unknown as readonly StepType[];
