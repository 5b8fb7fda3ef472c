import { type Span, SpanStatusCode } from "@opentelemetry/api";
import type { FlowEventOf } from "millrace";
import { attribute } from "./attributes.js";

type ErrorData = FlowEventOf<"run.failed">["error"];

/** Puts an error on a span: what was thrown as its exception, the code of the FlowError as its type. */
export function recordFailure(span: Span, { code, message, cause }: ErrorData): void {
  span.recordException({
    code,
    name: cause?.name ?? "FlowError",
    message,
    ...(cause?.stack !== undefined && { stack: cause.stack }),
  });
  span.setAttribute(attribute.errorType, code);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}
