import { expectTypeOf, test } from "vitest";
import type { FlowEvent, FlowEventOf, FlowEventType } from "./events.js";

test("every type of event has its own shape", () => {
  type Shapeless = { [T in FlowEventType]: [FlowEventOf<T>] extends [never] ? T : never }[FlowEventType];
  expectTypeOf<Shapeless>().toBeNever();
  expectTypeOf<FlowEventOf<"run.started">["inputs"]>().toBeUnknown();
  expectTypeOf<FlowEventOf<"step.completed">["labels"]>().toEqualTypeOf<readonly string[] | undefined>();
  type Timer = Extract<FlowEventOf<"run.waiting">["waitingFor"][number], { kind: "timer" }>;
  expectTypeOf<Timer["until"]>().toBeNumber();
  expectTypeOf<FlowEventOf<FlowEventType>>().toEqualTypeOf<FlowEvent>();
});
