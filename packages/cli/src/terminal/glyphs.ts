/** The signs of a live view. */
export interface Glyphs {
  readonly done: string;
  readonly failed: string;
  readonly skipped: string;
  readonly retry: string;
  readonly ask: string;
  readonly timer: string;
  readonly join: string;
  readonly to: string;
  readonly times: string;
  readonly dot: string;
  readonly more: string;
  readonly full: string;
  readonly empty: string;
  readonly spinner: readonly string[];
}

const unicode: Glyphs = {
  done: "✓",
  failed: "✗",
  skipped: "–",
  retry: "↻",
  ask: "?",
  timer: "◷",
  join: "◌",
  to: "→",
  times: "×",
  dot: "·",
  more: "…",
  full: "█",
  empty: "░",
  spinner: ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"],
};

const ascii: Glyphs = {
  done: "+",
  failed: "x",
  skipped: "-",
  retry: "~",
  ask: "?",
  timer: "@",
  join: "o",
  to: "->",
  times: "x",
  dot: "-",
  more: "...",
  full: "#",
  empty: ".",
  spinner: ["|", "/", "-", "\\"],
};

export function glyphsFor({ unicode: known }: { readonly unicode: boolean }): Glyphs {
  return known ? unicode : ascii;
}
