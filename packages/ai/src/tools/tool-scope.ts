/** Whether code runs as a tool's of the running step: what a model says there is for the tool, not for who listens to the step. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { StepTools } from "millrace";

/** The call of a step whose tool it is: a run that the tool starts has calls of its own. */
const scope = new AsyncLocalStorage<string>();

export const asTool = <T>({ call }: StepTools, body: () => T): T => scope.run(call.idempotencyKey, body);

export const inTool = ({ call }: StepTools): boolean => scope.getStore() === call.idempotencyKey;
