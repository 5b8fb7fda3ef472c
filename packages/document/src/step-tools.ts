import type { Flow } from "millrace";

/** What a step's function is given beside its parameters: what a method of a class has on `this`. */
export type StepTools = Pick<Flow<object>, "state" | "call" | "once" | "sleep" | "ask" | "emit" | "runFlow">;
