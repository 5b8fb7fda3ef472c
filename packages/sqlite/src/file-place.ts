/**
 * Notices that the file was removed, or another one put in its place, while it is open: SQLite would go on as before, and all
 * that is written would be lost at the end of the process.
 */
import { statSync } from "node:fs";
import { FlowError } from "millrace";

const lookEveryMs = 1000;

export class FilePlace {
  readonly #file: string;
  readonly #opened: string | undefined;
  #nextLook = performance.now() + lookEveryMs;
  #isGone = false;

  /** Of a file that has just been opened. */
  constructor(file: string) {
    this.#file = file;
    this.#opened = file === ":memory:" ? undefined : identityOf(file);
  }

  /**
   * Looks at most once a second.
   * @throws {FlowError} PERSISTENCE_FAILED – the file is not there any more, or is another one
   */
  check(): void {
    if (this.#opened === undefined) return;
    const now = performance.now();
    if (now >= this.#nextLook) {
      this.#nextLook = now + lookEveryMs;
      this.#look();
    }
    if (!this.#isGone) return;
    throw new FlowError("PERSISTENCE_FAILED", `"${this.#file}" was removed or replaced while it was open.`, {
      hint: "Put the file back, or start the process again: what is written meanwhile would be lost.",
      details: { file: this.#file },
    });
  }

  #look(): void {
    try {
      this.#isGone = identityOf(this.#file) !== this.#opened;
    } catch {
      // no right to look, say: that tells nothing
    }
  }
}

/** Which file it is, whatever it is called; undefined: there is none. */
function identityOf(file: string): string | undefined {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
}
