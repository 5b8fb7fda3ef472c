/** From a commit's message to an entry of the notes: conventional commits by their type, all others under "rest". */

/** A commit as it is read from a history. */
export interface Commit {
  readonly hash: string;
  /** ISO 8601 */
  readonly date: string;
  readonly subject: string;
  readonly body: string;
  /** Lines added and removed, where the history says. */
  readonly changedLines?: number;
}

export const groups = ["features", "fixes", "performance", "docs", "rest"] as const;
export type Group = (typeof groups)[number];

export interface Entry {
  readonly hash: string;
  readonly group: Group;
  /** The part of the product, as in `feat(cli): …`. */
  readonly scope?: string;
  /** What the notes say; reworded until it is fit. */
  readonly text: string;
  /** What users have to know when they upgrade; absent for a change that breaks nothing. */
  readonly breaking?: string;
  readonly changedLines?: number;
}

const groupByType: Readonly<Record<string, Group>> = {
  feat: "features",
  feature: "features",
  fix: "fixes",
  perf: "performance",
  docs: "docs",
};
const otherTypes = /^(build|chore|ci|refactor|revert|style|test|tests)$/;
const conventional = /^(?<type>[a-z]+)(?:\((?<scope>[^)]+)\))?(?<mark>!)?:\s+(?<text>.+)$/i;
const footer = /^BREAKING[ -]CHANGE:\s*(?<text>.+?)(?:\n\s*\n|$(?!.))/ms;

/** Reads a commit by the rules of conventionalcommits.org 1.0. */
export function classify({ hash, subject, body, changedLines }: Commit): Entry {
  const parts = conventional.exec(subject)?.groups;
  const type = parts?.type?.toLowerCase() ?? "";
  const known = type in groupByType || otherTypes.test(type);
  const text = known ? parts!.text! : subject;
  const said = footer.exec(body)?.groups?.text?.replace(/\s+/g, " ").trim();
  const breaking = said ?? (known && parts!.mark ? text : undefined);
  return {
    hash,
    group: groupByType[type] ?? "rest",
    ...(known && parts!.scope && { scope: parts!.scope }),
    text,
    ...(breaking !== undefined && { breaking }),
    ...(changedLines !== undefined && { changedLines }),
  };
}
