/** The library prints what it has to say of a model as it takes it: here it is for the step's log. */

const printing = globalThis as { AI_SDK_LOG_WARNINGS?: unknown };

/** `body` must not wait for anything: what others ask meanwhile is theirs. */
export function unprinted<T>(body: () => T, take: (warnings: readonly unknown[]) => void): T {
  const before = printing.AI_SDK_LOG_WARNINGS;
  // the majors hand over a list, or an object that has it
  printing.AI_SDK_LOG_WARNINGS = (given: readonly unknown[] | { readonly warnings: readonly unknown[] }) =>
    take("warnings" in given ? given.warnings : given);
  try {
    return body();
  } finally {
    printing.AI_SDK_LOG_WARNINGS = before;
  }
}
