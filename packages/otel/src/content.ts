/** What users' data looks like on a span, where they have asked for it. */
import type { Attributes, Span } from "@opentelemetry/api";

/**
 * Makes the text of a value, or undefined to leave it out. `name` is the attribute that it is for, such as
 * `"millrace.step.output"`.
 */
export type ContentFilter = (value: unknown, name: string) => string | undefined;

/** The attribute of a value, or none. */
export type ContentWriter = (span: Span, name: string, value: unknown) => Attributes;

const nothing: Attributes = {};

export function contentWriter(content: boolean | ContentFilter): ContentWriter {
  if (content === false) return () => nothing;
  const textOf = content === true ? valueText : content;
  return (span, name, value) => {
    if (value === undefined || !span.isRecording()) return nothing;
    const text = safely(() => textOf(value, name));
    return text === undefined ? nothing : { [name]: text };
  };
}

/** A filter that throws must not keep a span from ending: what it threw stands in the place of the text. */
function safely(make: () => string | undefined): string | undefined {
  try {
    return make();
  } catch (error) {
    return `(its filter threw: ${error instanceof Error ? error.message : typeof error})`;
  }
}

/** JSON, in which Map and Set stand as lists and a BigInt as its digits. */
function valueText(value: unknown): string | undefined {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (inner instanceof Map || inner instanceof Set) return [...inner];
    return typeof inner === "bigint" ? inner.toString() : inner;
  });
}
