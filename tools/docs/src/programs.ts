/**
 * Makes programs of a page's TypeScript blocks. A program is one block and those after it that are marked
 * `ts continue`. Its source keeps every line where it stands on the page, so that a place in one is a place in the other.
 */
import { type CodeBlock, codeBlocks } from "./code-blocks.js";

export interface Program {
  /** The page's path, as given. */
  readonly page: string;
  /** Line of its first line of code. */
  readonly line: number;
  readonly source: string;
  /** False: it is checked by the compiler, but not run. */
  readonly runs: boolean;
  /** What language models answer, as JSON. */
  readonly models?: string;
}

/** @throws {Error} a block has a flag that is not known, continues nothing, or is not run without a reason */
export function programsOf(page: string, markdown: string): readonly Program[] {
  const groups: CodeBlock[][] = [];
  for (const block of codeBlocks(markdown)) {
    if (block.language !== "ts") continue;
    checkFlags(page, block);
    if (!block.flags.includes("continue")) groups.push([block]);
    else if (groups.length > 0) groups.at(-1)!.push(block);
    else
      throw new Error(`${page}:${block.line}: the block continues another, but no TypeScript block stands before it`);
  }
  return groups.map((blocks) => ({
    page,
    line: blocks[0]!.line,
    source: inPlace(blocks),
    ...(blocks[0]!.models && { models: blocks[0]!.models }),
    runs: !blocks.some(({ flags }) => flags.includes("ignore-run")),
  }));
}

function checkFlags(page: string, { line, flags, reason }: CodeBlock): void {
  const unknown = flags.find((flag) => flag !== "continue" && flag !== "ignore-run");
  if (unknown)
    throw new Error(`${page}:${line}: "${unknown}" is not known here; the fence takes continue and ignore-run`);
  if (flags.includes("ignore-run") && !reason) {
    throw new Error(`${page}:${line}: say why it is not run in a comment above the fence: <!-- not run: … -->`);
  }
}

function inPlace(blocks: readonly CodeBlock[]): string {
  const lines: string[] = [];
  for (const { line, code } of blocks) {
    while (lines.length < line - 1) lines.push("");
    lines.push(...code.split("\n"));
  }
  return `${lines.join("\n")}\n`;
}
