/** From lines in tones to text with, or without, escape sequences. */
import { createColors } from "picocolors";
import { type Line, type Tone, textOf } from "./lines.js";

export type Colouring = (line: Line) => string;

export function colouring(colours: boolean): Colouring {
  if (!colours) return textOf;
  const { bold, cyan, dim, green, red, yellow } = createColors(true);
  const tones: Record<Tone, (text: string) => string> = {
    plain: (text) => text,
    strong: bold,
    dim,
    good: green,
    bad: red,
    warn: yellow,
    busy: cyan,
  };
  return (line) => line.map(([tone, text]) => tones[tone](text)).join("");
}
