/**
 * Draws lines at the bottom of a terminal, over those drawn before, with lasting lines above. Knows how its last picture stands after
 * the terminal was made narrower, and gives the cursor back however the process ends.
 */
import cliCursor from "cli-cursor";
import type { Colouring } from "./colouring.js";
import { cutLine, type Line, textOf, widthOf } from "./lines.js";

export interface Screen {
  /** Whether it has a cursor to hide. */
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

export interface PainterOptions {
  readonly colour: Colouring;
  readonly ellipsis: string;
}

export class Painter {
  readonly #screen: Screen;
  readonly #options: PainterOptions;
  /** The text and the columns of each line of the picture. */
  #drawn: readonly (readonly [text: string, width: number])[] = [];
  #hidden = false;

  constructor(screen: Screen, options: PainterOptions) {
    this.#screen = screen;
    this.#options = options;
  }

  /** How wide a line can be: the last column stays free, where terminals differ in what they do. */
  get columns(): number {
    return Math.max(10, (this.#screen.columns || 80) - 1);
  }

  /** How many lines fit below one that stays. */
  get rows(): number {
    return Math.max(3, (this.#screen.rows || 24) - 2);
  }

  /** `settled` stays where it is; `live` is drawn over next time. */
  draw({ settled, live }: { readonly settled: readonly Line[]; readonly live: readonly Line[] }): void {
    const next = live.map((line) => {
      const cut = cutLine(line, this.columns, this.#options.ellipsis);
      return [this.#options.colour(cut), widthOf(textOf(cut))] as const;
    });
    const same = next.length === this.#drawn.length && next.every(([text], i) => text === this.#drawn[i]![0]);
    if (settled.length === 0 && same) return;
    const lasting = settled.map((line) => `${this.#options.colour(line)}\n`).join("");
    const picture = next.map(([text]) => `${text}\n`).join("");
    if (next.length > 0 && !this.#hidden) {
      this.#hidden = true;
      cliCursor.hide(this.#screen as NodeJS.WriteStream);
    }
    // between these marks a terminal that knows them shows nothing half drawn
    this.#screen.write(`\u001B[?2026h${this.#erasure()}${lasting}${picture}\u001B[?2026l`);
    this.#drawn = next;
  }

  /** What is drawn now stays, and the cursor comes back. */
  done(): void {
    this.#drawn = [];
    this.#hidden = false;
    cliCursor.show(this.#screen as NodeJS.WriteStream);
  }

  /** Back to the first line of the picture, with all of it gone. */
  #erasure(): string {
    const columns = this.#screen.columns || 80;
    const rows = this.#drawn.reduce((sum, [, width]) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    return rows === 0 ? "" : `\u001B[${rows}A\r\u001B[J`;
  }
}
