/**
 * JSON as models write it: alone, in a Markdown fence, after their thoughts, or between two sentences. Looked for by single passes: the
 * text may be long, and anybody's.
 */

/** What may be meant, the surest first. */
export function* jsonInText(text: string): Generator<unknown> {
  for (const candidate of candidates(text)) {
    if (candidate === undefined) continue;
    try {
      yield JSON.parse(candidate);
    } catch {
      // the next one may be some
    }
  }
}

/** Of a text that is still being written, from where it may be JSON on. */
export function fromJsonOn(text: string): string {
  const said = afterThoughts(text);
  const first = /[[{]/.exec(said)?.index;
  return first === undefined || !/^\s*[^\s[{"\d-]/.test(said) ? said : said.slice(first);
}

function* candidates(text: string): Generator<string | undefined> {
  yield text;
  const said = afterThoughts(text);
  const parts = said.split("```", most * 2 + 1);
  for (const [index, part] of parts.entries()) if (index % 2 === 1) yield part.replace(/^\w*\s/, "");
  yield between(said, "{", "}");
  yield between(said, "[", "]");
}

/** Fences that are looked into. */
const most = 8;

/** Some services leave what the model thinks in its text. */
function afterThoughts(text: string): string {
  const end = text.lastIndexOf("</think>");
  return end === -1 ? text : text.slice(end + "</think>".length);
}

function between(text: string, open: string, close: string): string | undefined {
  const from = text.indexOf(open);
  const to = text.lastIndexOf(close);
  return from === -1 || to < from ? undefined : text.slice(from, to + 1);
}
