/** One fenced block of a page. */
export interface CodeBlock {
  /** Line of the block's first line of code, from 1. */
  readonly line: number;
  readonly language: string;
  /** What follows the language in the fence: `continue`, `ignore-run`. */
  readonly flags: readonly string[];
  /** From the comment `<!-- not run: … -->` on the line above the fence. */
  readonly reason?: string;
  /** From the comment `<!-- models say: … -->` there: what language models answer, as JSON. */
  readonly models?: string;
  readonly code: string;
}

const fence = /^(\s*)(`{3,}|~{3,})\s*(\S*)\s*(.*)$/;
const reasonComment = /^\s*<!--\s*not run:\s*(.*?)\s*-->\s*$/;
const modelsComment = /^\s*<!--\s*models say:\s*(.*?)\s*-->\s*$/;

/** The fenced blocks of a Markdown page, in order. Those inside a list keep their place but lose the list's indent. */
export function codeBlocks(markdown: string): readonly CodeBlock[] {
  const lines = markdown.split("\n");
  const blocks: CodeBlock[] = [];
  for (let i = 0; i < lines.length; i++) {
    const open = fence.exec(lines[i]!);
    if (!open) continue;
    const [, indent = "", mark = "", language = "", flags = ""] = open;
    const reason = reasonComment.exec(lines[i - 1] ?? "")?.[1];
    const models = modelsComment.exec(lines[i - 1] ?? "")?.[1];
    const first = i + 1;
    do i++;
    while (i < lines.length && !closes(lines[i]!, mark));
    const code = lines.slice(first, i).map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
    blocks.push({
      line: first + 1,
      language,
      flags: flags.split(/\s+/).filter(Boolean),
      ...(reason && { reason }),
      ...(models && { models }),
      code: code.join("\n"),
    });
  }
  return blocks;
}

function closes(line: string, mark: string): boolean {
  const text = line.trim();
  return text.length >= mark.length && text === mark[0]!.repeat(text.length);
}
