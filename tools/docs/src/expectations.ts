/**
 * Reads what a program says about itself: `expression // => value` and `// prints: line`. A `// =>` may stand at the
 * end of a statement's last line or alone on the line after it. The instrumented source has the same lines and calls
 * `__show(line, value)` for each of them.
 */
import ts from "typescript";

export interface Expectations {
  readonly source: string;
  /** What the value of each `// =>` is said to be, by line. */
  readonly values: Readonly<Record<number, string>>;
  /** Said to be printed, in this order. */
  readonly prints: readonly { readonly line: number; readonly text: string }[];
}

interface Edit {
  readonly at: number;
  readonly text: string;
}

const valueMark = /^\/\/\s*=>\s?(.*)$/;
const printMark = /^\/\/\s*prints:\s?(.*)$/;

/** @throws {Error} a `// =>` stands behind something that has no value */
export function readExpectations(source: string): Expectations {
  const file = ts.createSourceFile("block.ts", source, ts.ScriptTarget.ES2022, true);
  const values: Record<number, string> = {};
  const prints: { line: number; text: string }[] = [];
  const edits: Edit[] = [];
  for (const { line, text } of lineComments(source)) {
    const printed = printMark.exec(text)?.[1];
    if (printed !== undefined) prints.push({ line, text: printed.trim() });
    const value = valueMark.exec(text)?.[1];
    if (value === undefined) continue;
    values[line] = value.trim();
    edits.push(...showing(file, line));
  }
  return { source: withEdits(source, edits), values, prints };
}

/** The `//` comments of a source with their lines, in order. */
function lineComments(source: string): { line: number; text: string }[] {
  const scanner = ts.createScanner(ts.ScriptTarget.ES2022, false, ts.LanguageVariant.Standard, source);
  const found: { line: number; text: string }[] = [];
  const templates: number[] = [];
  let braces = 0;
  for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan()) {
    if (kind === ts.SyntaxKind.SingleLineCommentTrivia) {
      const line = source.slice(0, scanner.getTokenStart()).split("\n").length;
      found.push({ line, text: scanner.getTokenText() });
    }
    // The scanner alone does not know that a brace ends the hole of a template.
    if (kind === ts.SyntaxKind.TemplateHead) templates.push(braces);
    if (kind === ts.SyntaxKind.OpenBraceToken) braces++;
    if (kind !== ts.SyntaxKind.CloseBraceToken) continue;
    if (templates.at(-1) !== braces) braces--;
    else if (scanner.reScanTemplateToken(false) === ts.SyntaxKind.TemplateTail) templates.pop();
  }
  return found;
}

function showing(file: ts.SourceFile, line: number): readonly Edit[] {
  const statement = statementEndingOn(file, line) ?? statementEndingOn(file, line - 1);
  const nothing = () => new Error(`line ${line}: "// =>" stands behind nothing that has a value`);
  if (!statement) throw nothing();
  if (ts.isVariableStatement(statement)) {
    const [declaration, more] = statement.declarationList.declarations;
    if (!declaration || more || !ts.isIdentifier(declaration.name)) throw nothing();
    return [{ at: statement.end, text: ` __show(${line}, ${declaration.name.text});` }];
  }
  if (!ts.isExpressionStatement(statement) && !ts.isReturnStatement(statement)) throw nothing();
  const { expression } = statement;
  if (!expression) throw nothing();
  if (expression.getText(file).startsWith("console.")) {
    throw new Error(`line ${line}: console.log has no value; say "// prints: …"`);
  }
  return [
    { at: expression.getStart(file), text: `__show(${line}, ` },
    { at: expression.end, text: ")" },
  ];
}

/** The innermost statement whose last line it is. */
function statementEndingOn(file: ts.SourceFile, line: number): ts.Statement | undefined {
  let found: ts.Statement | undefined;
  const visit = (node: ts.Node): void => {
    if (ts.isStatement(node) && file.getLineAndCharacterOfPosition(node.end).line + 1 === line) found = node;
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, visit);
  return found;
}

function withEdits(source: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((a, b) => b.at - a.at)
    .reduce((text, edit) => text.slice(0, edit.at) + edit.text + text.slice(edit.at), source);
}
