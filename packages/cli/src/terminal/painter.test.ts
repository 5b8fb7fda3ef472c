import xterm from "@xterm/headless";
import { expect, test } from "vitest";
import { textOf } from "./lines.js";
import { Painter, type Screen } from "./painter.js";

/** A terminal without a window: what a reader would see, scrolled away or not. */
class TestScreen implements Screen {
  readonly #terminal;
  writes = 0;

  constructor(size: { cols: number; rows: number }) {
    this.#terminal = new xterm.Terminal({ ...size, convertEol: true, allowProposedApi: true });
  }

  get columns() {
    return this.#terminal.cols;
  }

  get rows() {
    return this.#terminal.rows;
  }

  write(text: string) {
    this.writes++;
    this.#terminal.write(text);
  }

  async resize(cols: number) {
    await this.lines();
    this.#terminal.resize(cols, this.rows);
  }

  async lines(): Promise<readonly string[]> {
    await new Promise<void>((resolve) => this.#terminal.write("", resolve));
    const { active } = this.#terminal.buffer;
    const lines = Array.from({ length: active.length }, (_, i) => active.getLine(i)!.translateToString(true));
    while (lines.at(-1) === "") lines.pop();
    return lines;
  }
}

const plain = (...texts: string[]) => texts.map((text) => [["plain", text]] as const);

function painted(size = { cols: 40, rows: 10 }) {
  const screen = new TestScreen(size);
  return { screen, painter: new Painter(screen, { colour: textOf, ellipsis: "…" }) };
}

test("live lines are drawn over, settled ones stay above them", async () => {
  const { screen, painter } = painted();
  painter.draw({ settled: plain("first"), live: plain("a 1", "b 1", "c 1") });
  painter.draw({ settled: plain("second"), live: plain("b 2") });
  expect(await screen.lines()).toEqual(["first", "second", "b 2"]);
  painter.draw({ settled: plain("third"), live: [] });
  expect(await screen.lines()).toEqual(["first", "second", "third"]);
});

test("nothing is written as long as nothing changes", () => {
  const { screen, painter } = painted();
  for (let i = 0; i < 100; i++) painter.draw({ settled: [], live: plain("the same") });
  expect(screen.writes).toBe(1);
});

test("a picture is still found after the terminal was made narrower, or wider", async () => {
  const { screen, painter } = painted();
  const long = "x".repeat(100);
  painter.draw({ settled: plain("stays"), live: plain(long, "研究".repeat(30), "short") });
  await screen.resize(17);
  painter.draw({ settled: [], live: plain(long, "new") });
  expect(await screen.lines()).toEqual(["stays", `${"x".repeat(15)}…`, "new"]);
  await screen.resize(60);
  painter.draw({ settled: [], live: plain("end") });
  expect(await screen.lines()).toEqual(["stays", "end"]);
});

test("more settled lines than the screen has rows scroll away whole", async () => {
  const { screen, painter } = painted({ cols: 20, rows: 5 });
  for (let i = 0; i < 30; i++) painter.draw({ settled: plain(`line ${i}`), live: plain(`a ${i}`, `b ${i}`) });
  expect(await screen.lines()).toEqual([...Array.from({ length: 30 }, (_, i) => `line ${i}`), "a 29", "b 29"]);
});
