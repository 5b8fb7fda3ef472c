/** One node as SVG: its outline, what stands on it, and what a screen reader says. */
import { escapeText } from "./escape-text.js";
import type { Face, FaceRow, Shape } from "./node-face.js";
import type { Box } from "./placement.js";

export interface NodeDrawing {
  readonly face: Face;
  readonly box: Box;
  /** Beside that of the shape. */
  readonly classes: readonly string[];
  /** Of the group: role, label, what scripts look for. */
  readonly attributes?: string;
}

export function drawNode({ face, box, classes, attributes = "" }: NodeDrawing): string {
  const { shape, rows, full, terminal } = face;
  const title = full === undefined ? "" : `<title>${escapeText(full)}</title>`;
  const end = terminal
    ? `<circle class="end" cy="${box.height / 2}" r="5"/><circle class="end-dot" cy="${box.height / 2}" r="2.4"/>`
    : "";
  const inside = rows.map((row) => drawRow(row, face)).join("");
  return `<g class="node ${[shape, ...classes].join(" ")}" transform="translate(${px(box.x)} ${px(box.y)})"${attributes}>${title}${outlines[shape](box.width, box.height)}${inside}${end}</g>`;
}

const outlines: Record<Shape, (width: number, height: number) => string> = {
  start: (w, h) => rect({ w, h, r: h / 2 }),
  step: (w, h) => rect({ w, h, r: 9 }),
  label: (w, h) => rect({ w, h, r: h / 2 }),
  mark: (w, h) => rect({ w, h, r: h / 2 }),
  each: (w, h) =>
    [8, 4, 0]
      .map(
        (off) =>
          `<rect class="body" x="${px(-w / 2 + off)}" y="${px(-h / 2 - off)}" width="${w - 8}" height="${h}" rx="9"/>`,
      )
      .join(""),
  flow: (w, h) =>
    `${rect({ w, h, r: 9 })}<path class="thin" d="M${px(8 - w / 2)} ${px(-h / 2)}v${h}M${px(w / 2 - 8)} ${px(-h / 2)}v${h}"/>`,
  router: (w, h) => {
    const point = Math.min(18, h / 2);
    return `<path class="body" stroke-linejoin="round" d="M${px(-w / 2)} 0l${point} ${px(-h / 2)}h${px(w - 2 * point)}l${point} ${px(h / 2)}l${-point} ${px(h / 2)}h${px(2 * point - w)}z"/>`;
  },
  signal: (w, h) =>
    `<path class="body" stroke-linejoin="round" d="M${px(-w / 2)} ${px(-h / 2)}h${w}v${h}h${-w}l12 ${px(-h / 2)}z"/>`,
};

function rect({ w, h, r }: { w: number; h: number; r: number }): string {
  return `<rect class="body" x="${px(-w / 2)}" y="${px(-h / 2)}" width="${w}" height="${h}" rx="${r}"/>`;
}

function drawRow(row: FaceRow, { shape, person }: Face): string {
  // The sheets of a pile stand out to the right; a flag's notch takes from its left.
  const shift = shape === "each" ? -4 : shape === "signal" ? 5 : 0;
  if (row.kind === "badges") {
    return row.badges
      .map(
        ({ text, x, width }) =>
          `<g class="badge"><rect x="${px(x + shift)}" y="${px(row.y - 8)}" width="${width}" height="16" rx="4"/><text x="${px(x + width / 2 + shift)}" y="${px(row.y)}">${escapeText(text)}</text></g>`,
      )
      .join("");
  }
  const aside = row.kind === "name" && person ? 9 : 0;
  const text = `<text class="${row.kind}" x="${shift + aside}" y="${px(row.y)}">${escapeText(row.text)}</text>`;
  return aside === 0 ? text : `${personAt(-row.width / 2 + 6, row.y)}${text}`;
}

function personAt(x: number, y: number): string {
  return `<path class="person" d="M${px(x - 2.6)} ${px(y - 3.5)}a2.6 2.6 0 1 0 5.2 0a2.6 2.6 0 1 0 -5.2 0M${px(x - 5)} ${px(y + 6)}a5 5 0 0 1 10 0"/>`;
}

const px = (value: number) => Math.round(value * 10) / 10 + 0;
