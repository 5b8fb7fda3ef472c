import type { Meter, Tracer } from "@opentelemetry/api";
import { Flow, FlowEvents } from "millrace";
import { expectTypeOf, test } from "vitest";
import { type ObserveOptions, observe } from "./observe.js";

class Typed extends Flow<{ n: number }> {}

test("a flow or a bus is observed, a class is not", () => {
  expectTypeOf(observe).toBeCallableWith(new Typed());
  expectTypeOf(observe).toBeCallableWith(new FlowEvents(), { content: true, trace: "run" });
  // @ts-expect-error a class has no events: an instance has
  observe(Typed);
  // @ts-expect-error "all" is no choice
  observe(new Typed(), { trace: "all" });
  expectTypeOf<ReturnType<typeof observe>>().toEqualTypeOf<() => void>();
  expectTypeOf<ObserveOptions["tracer"]>().toEqualTypeOf<Tracer | undefined>();
  expectTypeOf<ObserveOptions["meter"]>().toEqualTypeOf<Meter | undefined>();
});
