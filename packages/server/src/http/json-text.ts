/**
 * Looks a JSON text over before it is parsed: how deep it is, keys that stand twice, keys that reach prototypes, numbers that would
 * become others.
 */
import { FlowError } from "millrace";

export interface JsonLimits {
  /** Of objects and lists inside one another. */
  readonly maxDepth: number;
}

/**
 * @throws {FlowError} SERVER_BODY_INVALID – it is no JSON, is nested too deep, has a key twice, or one that reaches a prototype, or
 *   a number that can't be held
 */
export function parseJson(text: string, { maxDepth }: JsonLimits): unknown {
  checkKeys(text, maxDepth);
  try {
    return JSON.parse(text);
  } catch {
    throw invalidBody("The body is no JSON.");
  }
}

interface Open {
  /** Absent: a list. */
  readonly keys?: Set<string>;
  awaitsKey: boolean;
}

function checkKeys(text: string, maxDepth: number): void {
  const open: Open[] = [];
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    const inner = open.at(-1);
    if (letter === '"') {
      const end = endOfString(text, at);
      if (inner?.keys && inner.awaitsKey) addKey(inner.keys, text.slice(at, end + 1));
      if (inner) inner.awaitsKey = false;
      at = end;
    } else if (letter === "{" || letter === "[") {
      if (open.length >= maxDepth) throw invalidBody(`The body is nested deeper than ${maxDepth}.`);
      open.push(letter === "{" ? { keys: new Set(), awaitsKey: true } : { awaitsKey: false });
    } else if (letter === "}" || letter === "]") open.pop();
    else if (letter === "," && inner?.keys) inner.awaitsKey = true;
    else if (isDigit(letter!)) at = endOfNumber(text, at);
  }
}

const isDigit = (letter: string) => letter >= "0" && letter <= "9";

/** So many digits are held whatever they are. */
const safeDigits = 15;

/** The place of its last letter. */
function endOfNumber(text: string, start: number): number {
  let end = start;
  while (/[\d.eE+-]/.test(text[end + 1] ?? "")) end++;
  const number = text.slice(start, end + 1);
  if (number.length <= safeDigits && !/e/i.test(number)) return end;
  const held = Number(number);
  // numbers with a point are what is nearest to them; whole ones are ids and amounts
  const isWhole = /^\d+$/.test(number);
  if (Number.isNaN(held) || (Number.isFinite(held) && !(isWhole && BigInt(number) !== BigInt(held)))) return end;
  const shown = number.length > 40 ? `${number.slice(0, 40)}…` : number;
  throw new FlowError("SERVER_BODY_INVALID", `The body has the number ${shown}, which would become ${held}.`, {
    hint: "Send it as a text, in quotes.",
  });
}

/** The place of its closing quote; of one that does not end, the end of the text. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; ) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return text.length;
    let slashes = 0;
    while (text[quote - 1 - slashes] === "\\") slashes++;
    if (slashes % 2 === 0) return quote;
    at = quote + 1;
  }
}

function addKey(keys: Set<string>, quoted: string): void {
  const key = quoted.includes("\\") ? unescaped(quoted) : quoted.slice(1, -1);
  if (key === "__proto__") throw invalidBody('The body has a key "__proto__".');
  if (keys.has(key)) throw invalidBody(`The body has the key "${key.slice(0, 100)}" twice in one object.`);
  keys.add(key);
}

function unescaped(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    throw invalidBody("The body is no JSON.");
  }
}

export function invalidBody(message: string): FlowError {
  return new FlowError("SERVER_BODY_INVALID", message, { hint: "Send one JSON value in UTF-8." });
}
