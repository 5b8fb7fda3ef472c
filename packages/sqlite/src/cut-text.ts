/**
 * Cuts a long text into parts by what stands in it, not by where: two texts that are alike but for a place have all parts in common
 * but those around that place. (Content-defined chunking by a gear hash: a part ends where the last characters look a certain way.)
 */

/** In characters: about 2,500 on the average. */
const shortest = 512;
const longest = 8_192;
/** One of 2,048 places ends a part. */
const shift = 32 - 11;

/** A number that says nothing, for each low byte of a character; the same in every process and release, as stored parts depend on it. */
const gear = Uint32Array.from({ length: 256 }, (_, byte) => {
  let x = (byte + 1) * 0x9e3779b1;
  for (const by of [0x85ebca6b, 0xc2b2ae35]) {
    x = Math.imul(x ^ (x >>> 15), by);
  }
  return (x ^ (x >>> 16)) >>> 0;
});

/** The parts of a text, in order; together they are the text. A character of two code units is never cut. */
export function cutText(text: string): string[] {
  const parts: string[] = [];
  let begin = 0;
  let hash = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    hash = ((hash << 1) + gear[code & 0xff]!) | 0;
    const length = at + 1 - begin;
    if (length < shortest || (hash >>> shift !== 0 && length < longest)) continue;
    if ((code & 0xfc00) === 0xd800) continue;
    parts.push(text.slice(begin, at + 1));
    begin = at + 1;
    hash = 0;
  }
  if (begin < text.length) parts.push(text.slice(begin));
  return parts;
}
