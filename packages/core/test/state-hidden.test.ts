/** What a store can't see: keys that are symbols, hidden properties, getters, holes. */
import { expect, test } from "vitest";
import { Flow, start } from "../src/index.js";

const plain = { value: 1, writable: true, enumerable: true, configurable: true };
const hidden = Symbol("hidden");

let edit: (state: any) => unknown;

class Odd extends Flow<{ o: Record<string, unknown>; x?: number }> {
  override initialState = { o: {} };
  @start() begin() {
    return edit(this.state);
  }
}

test.each<[string, typeof edit]>([
  ["a hidden property", (s) => void Object.defineProperty(s, "x", { value: 1 })],
  ["a getter", (s) => void Object.defineProperty(s, "x", { get: () => 1, enumerable: true, configurable: true })],
  ["a property defined further inside", (s) => void Object.defineProperty(s.o, "x", plain)],
  ["another prototype", (s) => void Object.setPrototypeOf(s, null)],
  ["another prototype further inside", (s) => void Object.setPrototypeOf(s.o, null)],
  ["a symbol as a key", (s) => void Object.assign(s, { [hidden]: 1 })],
  ["a symbol as a key further inside", (s) => void Object.assign(s.o, { [hidden]: 1 })],
  ["a symbol as a key in what is put in", (s) => void Object.assign(s.o, { deep: { [hidden]: 1 } })],
  ["a symbol as a key of a result", () => ({ deep: [{ [hidden]: 1 }] })],
])("%s is refused, with a way out", async (_, odd) => {
  edit = odd;
  const error = await new Odd().kickoff().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "STATE_NOT_SERIALIZABLE", step: "begin", hint: expect.stringMatching(/\w/) });
  expect(error).not.toMatchObject({ message: expect.stringContaining("Immer") });
});

test("the error tells where", async () => {
  edit = () => ({ deep: [{ [hidden]: 1 }] });
  await expect(new Odd().kickoff()).rejects.toMatchObject({
    details: { path: ["deep", 0], kind: "a symbol as a key" },
  });
  edit = (s) => void Object.defineProperty(s, "x", { value: 1 });
  await expect(new Odd().kickoff()).rejects.toMatchObject({ details: { path: ["x"] } });
});

test("what is defined as plainly as an assignment would is kept", async () => {
  edit = (s) => void Object.defineProperty(s, "x", plain);
  expect((await new Odd().kickoff()).state).toEqual({ o: {}, x: 1 });
  edit = (s) => {
    s.o.inside = 1;
    Object.defineProperty(s, "x", { ...plain, value: 2 });
  };
  expect((await new Odd().kickoff()).state).toEqual({ o: { inside: 1 }, x: 2 });
});

test("what hides under a symbol is left out, and holes of arrays are undefined", async () => {
  // biome-ignore lint/suspicious/noSparseArray: it is what is tested
  edit = () => [Object.defineProperty({ n: 1 }, hidden, { value: "of a library" }), , 3];
  expect((await new Odd().kickoff()).output).toStrictEqual([{ n: 1 }, undefined, 3]);
});
