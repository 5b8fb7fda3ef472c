import { describe, expect, test } from "vitest";
import { FlowError } from "../errors/index.js";
import { decodeData, decodeEntry, encodeData, encodeEntry, entryTime } from "./entry-codec.js";
import type { JournalEntry } from "./journal.js";

const completed: JournalEntry = {
  type: "completed",
  at: 1_763_716_000_000,
  call: 3,
  step: "write",
  number: 2,
  turn: [0, 1],
  output: { when: new Date(5), found: new Map([["a", new Set([1n])]]) },
  labels: [{ label: "good", payload: undefined }],
  patches: [{ op: "set", path: ["rounds"], value: 2 }],
};

const codeOf = (call: () => unknown) => {
  try {
    call();
  } catch (error) {
    return FlowError.is(error) ? error.code : error;
  }
  return undefined;
};

describe("entries", () => {
  test("come back as they were, frozen", () => {
    const back = decodeEntry(encodeEntry(completed));
    expect(back).toStrictEqual(completed);
    expect(Object.isFrozen(back)).toBe(true);
    expect(Object.isFrozen(back.type === "completed" && back.patches)).toBe(true);
  });

  test("are written as type, time and fields; a field that is undefined is left out", () => {
    const fields = { call: 3, step: "write", number: 1 };
    const entry: JournalEntry = { type: "completed", at: 17, ...fields, output: undefined };
    expect(encodeEntry(entry)).toBe(`completed 17 ${encodeData(fields)}`);
    expect(decodeEntry(encodeEntry(entry))).toEqual(entry);
  });

  test("have their time in the first 40 characters", () => {
    for (const type of ["attempt-failed", "completed"] as const) {
      const text = encodeEntry({ ...completed, type } as JournalEntry);
      expect(entryTime(text.slice(0, 40))).toBe(completed.at);
    }
  });

  test("are kept when their values hold spaces and line breaks", () => {
    const entry: JournalEntry = { type: "cancelled", at: 1.5, reason: "no more\nof this \u2028", position: 2 };
    expect(decodeEntry(encodeEntry(entry))).toStrictEqual(entry);
  });

  test.each([
    "",
    "completed",
    "completed 17",
    "completed  {}",
    "completed soon {}",
    "finished 17 {}",
    "toString 17 {}",
    " 17 {}",
    encodeEntry(completed).slice(0, -1),
    `completed 17 ${encodeData(5)}`,
  ])("that are damaged are RUN_CORRUPT: %j", (text) => {
    expect(codeOf(() => decodeEntry(text))).toBe("RUN_CORRUPT");
  });

  test("name their place when they are damaged", () => {
    const call = () => decodeEntry("completed 17 {", { runId: "r1", seq: 7 });
    expect(call).toThrow(expect.objectContaining({ runId: "r1", details: { runId: "r1", seq: 7 } }));
    expect(call).toThrow('Entry 7 of run "r1"');
  });
});

describe("data", () => {
  test("comes back as it was, frozen", () => {
    const data = { list: [undefined, -0, 10n], bytes: new Uint8Array([1, 2]) };
    const back = decodeData(encodeData(data));
    expect(back).toStrictEqual(data);
    expect(Object.isFrozen(back)).toBe(true);
    expect(decodeData(encodeData(undefined))).toBe(undefined);
  });

  test("that is damaged is RUN_CORRUPT", () => {
    expect(codeOf(() => decodeData("[", { runId: "r1" }))).toBe("RUN_CORRUPT");
  });
});
