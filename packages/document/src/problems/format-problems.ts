import { type DocumentProblem, FlowError } from "millrace";

/** One problem on one line, `file:line:column message`, which terminals and editors make a link of. */
export function formatProblem({ file, line, column, message }: DocumentProblem): string {
  return `${file}:${line}:${column} ${message}`;
}

/**
 * The problems of a `DOCUMENT_INVALID` error as text for a terminal: a line each, its way out indented under it. Any other
 * error gives its message.
 *
 * @example
 * import { formatProblems, loadDocument } from "@millrace/document";
 * const text = await loadDocument("no-such-file.yaml").catch(formatProblems);
 */
export function formatProblems(error: unknown): string {
  if (!FlowError.is(error, "DOCUMENT_INVALID")) return error instanceof Error ? error.message : String(error);
  const { problems, more } = error.details;
  const lines = problems.flatMap((problem) => [formatProblem(problem), `  ${problem.hint}`]);
  if (more > 0) lines.push(`and ${more} more`);
  return lines.join("\n");
}
