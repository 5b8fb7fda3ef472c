/** What is pasted at a terminal that marks it (`ESC [200~ … ESC [201~`), as one text: nobody else hears its keys. */
import type { Key } from "node:readline";

interface PasteListener {
  begins(): void;
  /** @param text Its lines end with `\n`; of other control characters it has tabs alone. */
  ends(text: string): void;
}

type KeyListener = (text: string | undefined, key: Key | undefined) => void;

/** @returns what ends it */
export function pastedText(input: NodeJS.ReadStream, { begins, ends }: PasteListener): () => void {
  let others: readonly KeyListener[] = [];
  let pieces: string[] | undefined;
  const handBack = () => {
    for (const listener of others) input.on("keypress", listener);
    others = [];
  };
  const onKey: KeyListener = (text, key) => {
    if (key?.name === "paste-start" && !pieces) {
      others = (input.listeners("keypress") as KeyListener[]).filter((listener) => listener !== onKey);
      for (const listener of others) input.off("keypress", listener);
      pieces = [];
      begins();
      return;
    }
    // a paste that was cut off ends by Ctrl+C
    const over = key?.name === "paste-end" || (key?.ctrl === true && key.name === "c");
    if (pieces && !over && text !== undefined) pieces.push(text);
    if (!pieces || !over) return;
    const pasted = pieces.join("").replace(/\r\n?/gu, "\n");
    pieces = undefined;
    handBack();
    ends(pasted.replace(/(?![\n\t])\p{Cc}/gu, ""));
  };
  input.on("keypress", onKey);
  return () => {
    input.off("keypress", onKey);
    handBack();
  };
}
