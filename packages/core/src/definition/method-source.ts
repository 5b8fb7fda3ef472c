/**
 * What a router's source shows when it declares no routes: its string literals, and whether it seems to return several
 * labels at once. Only ever a guess, taken when nothing better is known; the plan says of each router where its routes come
 * from, and strict validation asks for `routes`. In: source text. Out: facts; nothing is evaluated.
 */

export interface SourceFacts {
  /** String literals, each once, in order; of templates only those without `${}`. */
  readonly literals: readonly string[];
  /** Whether it mentions `labels(…)`, or has an array literal or a `map`, `filter` or `from` that may be one. */
  readonly several: boolean;
}

/** Facts about functions whose sources together are one step (an override and what it overrides). */
export function readSources(functions: readonly ((...args: any[]) => unknown)[]): SourceFacts {
  const all = functions.map((method) => readSource(Function.prototype.toString.call(method)));
  return {
    literals: [...new Set(all.flatMap(({ literals }) => literals))],
    several: all.some(({ several }) => several),
  };
}

export function readSource(source: string): SourceFacts {
  if (source.includes("[native code]")) return { literals: [], several: false };
  const { literals, code } = scan(source);
  return { literals: [...new Set(literals)], several: severalPatterns.some((pattern) => pattern.test(code)) };
}

/**
 * What a router that returns several labels looks like: `labels(…)`, also as bundlers write it; an array literal that is
 * returned, by itself or out of a choice; a variable that began as one; a list made from another. An array inside a payload or
 * in what is to be approved, as in `route("again", { notes: [] })`, is none of these: taking it for one would have joins beside a loop wait for rounds.
 */
const severalPatterns = [
  /\blabels\b\s*\)?\s*\(/,
  /(?:\breturn|\byield|=>|\?|&&|\|\|)\s*\[/,
  /\breturn\b[^;{}]*\?[^;{}]*:\s*\[/,
  /\breturn\b(?:(?!\b(?:route|approval)\b\s*\)?\s*\()[^;{}])*\.(?:map|filter|flatMap|from)\s*\(/,
  /\b(\w+)\s*=\s*\[[\s\S]*\breturn\s+\1\s*(?:;|}|$)/,
];

/** After one of these a `/` begins a regular expression. */
const beforeRegex = /(?:^|[(,=:[!&|?{};+\-*%~^<>]|\b(?:return|typeof|case|in|of|do|else|void|yield|await))\s*$/;

/** One pass over the text: literals as values, and the code with literals and comments blanked out. */
function scan(source: string): { literals: string[]; code: string } {
  const literals: string[] = [];
  let code = "";
  /** For each open `${`: how many braces are open inside it. */
  const templates: number[] = [];
  let at = 0;

  const template = (from: number): number => {
    const { end, open } = templateEnd(source, from);
    if (open) templates.push(0);
    else if (source[from - 1] === "`") literals.push(unescaped(source.slice(from, end)));
    code += '""';
    return end + (open ? 2 : 1);
  };

  while (at < source.length) {
    const char = source[at]!;
    const next = source[at + 1];
    if (char === '"' || char === "'") {
      const end = quoteEnd(source, at + 1, char);
      literals.push(unescaped(source.slice(at + 1, end)));
      code += '""';
      at = end + 1;
    } else if (char === "`") at = template(at + 1);
    else if (char === "/" && next === "/") at = indexOr(source, "\n", at);
    else if (char === "/" && next === "*") at = indexOr(source, "*/", at + 2) + 2;
    else if (char === "/" && beforeRegex.test(code)) at = regexEnd(source, at + 1);
    else if (char === "}" && templates.at(-1) === 0) {
      templates.pop();
      at = template(at + 1);
    } else {
      if (templates.length > 0 && (char === "{" || char === "}")) {
        templates[templates.length - 1]! += char === "{" ? 1 : -1;
      }
      code += char;
      at++;
    }
  }
  return { literals, code };
}

function quoteEnd(source: string, from: number, quote: string): number {
  let at = from;
  while (at < source.length && source[at] !== quote) at += source[at] === "\\" ? 2 : 1;
  return at;
}

/** Where a piece of template text ends, and whether at a `${`. */
function templateEnd(source: string, from: number): { end: number; open: boolean } {
  let at = from;
  while (at < source.length && source[at] !== "`") {
    if (source[at] === "$" && source[at + 1] === "{") return { end: at, open: true };
    at += source[at] === "\\" ? 2 : 1;
  }
  return { end: at, open: false };
}

/** A `/` inside `[…]` does not end a regular expression. */
function regexEnd(source: string, from: number): number {
  let inClass = false;
  let at = from;
  while (at < source.length && source[at] !== "\n" && (inClass || source[at] !== "/")) {
    if (source[at] === "[") inClass = true;
    if (source[at] === "]") inClass = false;
    at += source[at] === "\\" ? 2 : 1;
  }
  return at + 1;
}

function indexOr(source: string, text: string, from: number): number {
  const found = source.indexOf(text, from);
  return found < 0 ? source.length : found;
}

const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  b: "\b",
  f: "\f",
  v: "\v",
  0: "\0",
  "\n": "",
};

function unescaped(text: string): string {
  return text.replace(/\\(?:u\{[\da-f]+\}|u[\da-f]{4}|x[\da-f]{2}|[\s\S])/gi, (sequence) => {
    const hex = /^\\[ux]\{?([\da-f]+)/i.exec(sequence)?.[1];
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    return escapes[sequence.slice(1)] ?? sequence.slice(1);
  });
}
