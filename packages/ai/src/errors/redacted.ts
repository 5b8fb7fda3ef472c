/** A text of somebody else's without what looks like a secret, short enough for a message. */
export function redacted(text: unknown): string {
  if (typeof text !== "string") return "";
  // cut twice: what is looked through is bounded, and a secret is not cut to something that does not look like one
  let shown = text.slice(0, longest * 10);
  for (const [pattern, replacement] of secrets) shown = shown.replace(pattern, replacement);
  return shown.length > longest ? `${shown.slice(0, longest)}…` : shown.trim();
}

const longest = 400;

const secrets: readonly (readonly [RegExp, string])[] = [
  [/\b(bearer|basic)\s+\S+/gi, "$1 …"],
  // credentials and queries of addresses
  [/(\bhttps?:\/\/)[^\s/@]*@/gi, "$1"],
  [/(\bhttps?:\/\/[^\s?"']+)\?[^\s"']*/gi, "$1"],
  [/((?:api|access|secret|auth|private)[-_ ]?(?:key|token)?s?(?:\s+provided)?["']?\s*[:=]\s*["']?)[^\s"',}]+/gi, "$1…"],
  [/\b(?:sk|pk|rk|xai|gsk|hf|ghp|AIza)[-_]?[\w*.-]{6,}/g, "…"],
  // whatever is long, and letters and digits in one
  [/\b(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{24,}\b/g, "…"],
];
