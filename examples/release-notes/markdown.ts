import { type Entry, type Group, groups } from "./commits.js";

export interface Notes {
  readonly title: string;
  readonly remark?: string;
  readonly entries: readonly Entry[];
  /** Lines of the section on breaking changes; empty: no such section. */
  readonly breaking: readonly string[];
}

const headings: Readonly<Record<Group, string>> = {
  features: "Features",
  fixes: "Fixes",
  performance: "Performance",
  docs: "Documentation",
  rest: "Other changes",
};

export function toMarkdown({ title, remark, entries, breaking }: Notes): string {
  const sections = groups.map((group) => {
    const own = entries.filter((entry) => entry.group === group);
    return section(headings[group], own.map(line));
  });
  const count = entries.length === 1 ? "1 change" : `${entries.length} changes`;
  const head = `# Release notes\n\n${count}: ${title}.\n`;
  const parts = [head, remark ? `> ${remark}\n` : "", section("Breaking changes", breaking), ...sections];
  return parts.filter(Boolean).join("\n");
}

function section(heading: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : `## ${heading}\n\n${lines.map((text) => `- ${text}\n`).join("")}`;
}

function line({ scope, text, hash, changedLines }: Entry): string {
  const size = changedLines === undefined ? "" : `, ${changedLines} lines`;
  return `${scope ? `**${scope}**: ` : ""}${text} (${hash.slice(0, 8)}${size})`;
}
