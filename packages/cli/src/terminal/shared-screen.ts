/**
 * A terminal that others write to as well: what the code of steps prints, what the command says. Before any of it the picture is taken
 * away, and it is drawn again below.
 */
import type { Screen } from "./painter.js";

type Write = (...given: unknown[]) => boolean;

export interface SharedScreen extends Screen {
  /** From here on nobody is watched any more. */
  release(): void;
}

/**
 * @param streams The first one is drawn on; all of them stand for the same terminal.
 * @param makeWay Called before somebody else's text.
 */
export function sharedScreen(streams: readonly NodeJS.WriteStream[], makeWay: () => void): SharedScreen {
  const [own] = streams;
  /** What others have written last did not end its line. */
  let lineOpen = false;
  const originals = streams.map((stream) => {
    const write = stream.write as Write;
    const watched: Write = (...given) => {
      makeWay();
      const [text] = given;
      if (typeof text === "string" && text !== "") lineOpen = !text.endsWith("\n");
      return write.apply(stream, given);
    };
    stream.write = watched as typeof stream.write;
    return { stream, write, watched };
  });
  return {
    isTTY: own?.isTTY === true,
    get columns() {
      return own?.columns;
    },
    get rows() {
      return own?.rows;
    },
    write(text) {
      const whole = lineOpen ? `\n${text}` : text;
      lineOpen = false;
      return originals[0]?.write.call(own, whole);
    },
    release() {
      for (const { stream, write, watched } of originals) {
        // somebody may have put a watch of his own over it meanwhile
        if (stream.write === (watched as typeof stream.write)) stream.write = write as typeof stream.write;
      }
    },
  };
}
