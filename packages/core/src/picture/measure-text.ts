/**
 * How wide a text will be, without a font at hand: rather too wide than too narrow, for whichever sans-serif face the
 * reader has. Widths are in parts of the font's size.
 */
const widths: readonly (readonly [RegExp, number])[] = [
  [/[ijl|!.,:;'`]/, 0.36],
  [/[ftr()[\]{}\-/\\ "I]/, 0.47],
  [/[mwMW@%—…]/, 1.02],
  [/[A-Z&#+=<>~_]/, 0.8],
  [/[0-9a-z$?*^]/, 0.68],
];
const bold = 1.06;

export interface TextLook {
  /** px */
  readonly size: number;
  readonly bold?: boolean;
}

/** px */
export function textWidth(text: string, { size, bold: heavy = false }: TextLook): number {
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width * size * (heavy ? bold : 1);
}

/** The text, cut with `…` where it would be wider than `maxWidth` px; its line breaks are spaces. */
export function fitText(text: string, look: TextLook, maxWidth: number): string {
  const line = text.slice(0, 1000).replace(/\s+/gu, " ").trim();
  if (text.length <= 1000 && textWidth(line, look) <= maxWidth) return line;
  const kept: string[] = [];
  let width = textWidth("…", look);
  for (const { segment } of new Intl.Segmenter().segment(line)) {
    width += textWidth(segment, look);
    if (width > maxWidth) break;
    kept.push(segment);
  }
  return `${kept.join("").trimEnd()}…`;
}

function widthOf(character: string): number {
  const known = widths.find(([characters]) => characters.test(character));
  if (known) return known[1];
  if (/\p{Mn}/u.test(character)) return 0;
  const code = character.codePointAt(0)!;
  if (code >= 0x1f000) return 1.4;
  return code >= 0x1100 ? 1.1 : 0.8;
}
