/** What is wrong with the text of an entry, and how it is mended: one fault at a time, the first one found. */

const longest = 72;

interface Fault {
  readonly name: string;
  readonly found: (text: string) => boolean;
  readonly mend: (text: string) => string;
}

const wip = /^(?:wip|todo|tmp)\b[\s:.!-]*/i;

const faults: readonly Fault[] = [
  { name: "unfinished", found: (text) => wip.test(text), mend: (text) => text.replace(wip, "") || "unnamed change" },
  { name: "closing dot", found: (text) => /[^.]\.$/.test(text), mend: (text) => text.slice(0, -1) },
  { name: "too long", found: (text) => text.length > longest, mend: shorter },
  {
    name: "lower case",
    // a first word with a digit, dot or capital in it is a name and stays as it is
    found: (text) => /^[a-z]+(?![\w.])/.test(text),
    mend: (text) => text[0]!.toUpperCase() + text.slice(1),
  },
];

/** The name of the first fault, or undefined for a text that is fit. */
export function faultOf(text: string): string | undefined {
  return faults.find(({ found }) => found(text))?.name;
}

/** The text without its first fault; other faults may be left. */
export function reword(text: string): string {
  return faults.find(({ found }) => found(text))?.mend(text) ?? text;
}

/** Without its last aside or clause; a text that has none is cut between two words. */
function shorter(text: string): string {
  const withoutAside = text.replace(/\s*\([^()]*\)/, "");
  if (withoutAside !== text) return withoutAside;
  const clause = Math.max(...[", ", "; ", ": ", " – ", " - "].map((mark) => text.lastIndexOf(mark)));
  if (clause >= longest / 3) return text.slice(0, clause);
  return `${text.slice(0, text.lastIndexOf(" ", longest - 1)).trimEnd() || text.slice(0, longest - 1)}…`;
}
