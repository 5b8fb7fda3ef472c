import type { FlowDefinition, StepOrigin } from "../definition/index.js";

/** What is known of steps, by name: what the definition says, and over it what was given. */
export function factsOf(
  { steps }: Pick<FlowDefinition, "steps">,
  given: Readonly<Record<string, StepOrigin>> = {},
): ReadonlyMap<string, StepOrigin> {
  const facts = new Map<string, StepOrigin>();
  for (const { name, origin } of steps) if (origin) facts.set(name, origin);
  for (const [name, origin] of Object.entries(given)) facts.set(name, { ...facts.get(name), ...origin });
  return facts;
}
