/**
 * The one JSON value of a text, as models and people write it: alone, in a fence, or with words around it. Where several values
 * could be meant there is none: guessing would be worse than an error.
 */
export type FoundJson =
  | { readonly value: unknown }
  | { readonly several: number }
  /** Why the most likely part of the text could not be read. */
  | { readonly reason: string };

/** How often a bracket that is never closed may send the search back: beyond that the text is no JSON with words around it. */
const maxRestarts = 32;
/** How many characters such searches may go over. */
const maxSearched = 20_000_000;

export function findJson(text: string): FoundJson {
  const trimmed = text.replace(/^\uFEFF/, "").trim();
  const whole = parse(trimmed);
  if ("value" in whole) return whole;
  const fenced = fences(trimmed);
  const parts = fenced.length > 0 ? fenced : brackets(trimmed);
  const values = parts.map(parse);
  const good = values.filter((found) => "value" in found);
  if (good.length === 1) return good[0]!;
  if (good.length > 1) return { several: good.length };
  return values[0] ?? whole;
}

/** The text that was most likely meant as JSON: for `repair`. */
export function likelyJson(text: string): string {
  const trimmed = text.replace(/^\uFEFF/, "").trim();
  const fenced = fences(trimmed);
  if (fenced.length === 1) return fenced[0]!;
  const from = trimmed.search(/[{[]/);
  if (from < 0) return trimmed;
  const to = Math.max(trimmed.lastIndexOf("}"), trimmed.lastIndexOf("]"));
  return to > from ? trimmed.slice(from, to + 1) : trimmed.slice(from);
}

function parse(text: string): { readonly value: unknown } | { readonly reason: string } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { reason: (error as Error).message };
  }
}

/** What stands between fences of three backticks or more. */
function fences(text: string): string[] {
  const found: string[] = [];
  let open: { readonly mark: string; readonly from: number } | undefined;
  for (let at = 0; at <= text.length; ) {
    const end = text.indexOf("\n", at);
    const lineEnd = end < 0 ? text.length : end;
    const mark = /^[ \t]*(`{3,})/.exec(text.slice(at, Math.min(lineEnd, at + 40)))?.[1];
    if (mark && !open) open = { mark, from: lineEnd + 1 };
    else if (mark && open && mark.length >= open.mark.length) {
      found.push(text.slice(open.from, at).trim());
      open = undefined;
    }
    at = lineEnd + 1;
  }
  // A model that ran out of room leaves its fence open.
  if (open && open.from < text.length) found.push(text.slice(open.from).trim());
  return found;
}

/** The outermost parts of a text from a bracket to the one that closes it. */
function brackets(text: string): string[] {
  const found: string[] = [];
  let restarts = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== "{" && text[at] !== "[") continue;
    const end = closing(text, at);
    if (end !== undefined) {
      found.push(text.slice(at, end + 1));
      at = end;
    } else if (++restarts > maxRestarts || restarts * text.length > maxSearched) break;
  }
  return found;
}

function closing(text: string, from: number): number | undefined {
  let depth = 0;
  let quoted = false;
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (quoted) {
      if (char === "\\") at++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === "{" || char === "[") depth++;
    else if ((char === "}" || char === "]") && --depth === 0) return at;
  }
  return undefined;
}

const maxRepaired = 50_000;
const maxOpen = 500;

/**
 * Why a text is not repaired, undefined: it can be. What is mended is tried in many ways, each of which may go over the rest; and
 * what is opened and never closed is a stack that grows.
 */
export function tooMuchToRepair(text: string): string | undefined {
  if (text.length > maxRepaired) return `${text.length} characters are more than ${maxRepaired}`;
  let open = 0;
  for (const sign of text) {
    if ("[{(+".includes(sign) && ++open > maxOpen) return `more than ${maxOpen} brackets are open`;
    if ("]})".includes(sign) && open > 0) open--;
  }
  return undefined;
}
