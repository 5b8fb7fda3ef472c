/**
 * What a statement may be. It is fixed text of the document, one statement, and what it begins with says what it does: nothing that
 * opens other files, and nothing that changes settings.
 */
const reading: ReadonlySet<string> = new Set(["SELECT", "WITH", "VALUES", "EXPLAIN"]);
const writing: ReadonlySet<string> = new Set(["INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "ALTER", "DROP"]);

export function statementProblem(
  sql: string,
  write: boolean,
): { readonly message: string; readonly hint: string } | undefined {
  const bare = sql.replace(/^(\s|;|--[^\n]*(\n|$)|\/\*[\s\S]*?\*\/)+/, "");
  const verb = /^[a-z]+/i.exec(bare)?.[0].toUpperCase() ?? "";
  if (sql.includes("{{"))
    return {
      message: "A statement holds no references: what is put into its text would be run as SQL.",
      hint: "Name a parameter, `where id = :id`, and give its value under `params`.",
    };
  if (reading.has(verb)) return undefined;
  if (writing.has(verb))
    return write
      ? undefined
      : { message: `${verb} changes data, and the step only reads.`, hint: "Add `write: true`." };
  return {
    message: verb ? `${verb} is no statement for a step.` : "There is no statement.",
    hint: `Begin with one of ${[...reading, ...writing].join(", ")}.`,
  };
}
