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
  index: 4,
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

  test("are written as type, time and fields, in short; a field that is undefined is left out", () => {
    const entry: JournalEntry = { type: "completed", at: 17, call: 3, step: "write", number: 1, output: undefined };
    expect(encodeEntry(entry)).toBe('done 17 {"c":3,"s":"write"}');
    expect(decodeEntry(encodeEntry(entry))).toEqual(entry);
    expect(encodeEntry({ type: "resumed", at: 17 })).toBe("resumed 17 {}");
  });

  test("of a change of code come back with where the run stands", () => {
    const entry: JournalEntry = {
      type: "migrated",
      at: 17,
      from: { planHash: "a", version: null },
      to: { planHash: "b", version: "2" },
      data: { seq: 3, state: { at: new Date(5), big: 7n }, outputs: [[0, new Set([1])], [2]] },
    };
    expect(decodeEntry(encodeEntry(entry))).toStrictEqual(entry);
  });

  test("of a run that has come to wait come back with who sleeps until when", () => {
    const entry: JournalEntry = { type: "parked", at: 17, calls: [3, 4], asleep: [[4, 90]] };
    expect(decodeEntry(encodeEntry(entry))).toStrictEqual(entry);
    expect(decodeEntry('parked 17 {"calls":[3]}')).toStrictEqual({ type: "parked", at: 17, calls: [3] });
  });

  test("come back with every kind of patch and label", () => {
    const entry: JournalEntry = {
      ...completed,
      output: undefined,
      labels: [
        { label: "good", payload: "good" },
        { label: "rework", payload: ["good"] },
        { label: "odd", payload: undefined },
      ],
      patches: [
        { op: "set", path: [], value: { a: 1 } },
        { op: "set", path: ["a"], value: undefined },
        { op: "set", path: [5n], value: 1 },
        { op: "delete", path: ["list", 0, "b"] },
        { op: "append", path: ["list"], values: [1, new Date(5)] },
        { op: "members", path: ["tags"], add: ["x", null], remove: [] },
      ],
    };
    const { output: _, ...back } = { output: undefined, ...decodeEntry(encodeEntry(entry)) };
    const { output: __, ...given } = entry;
    expect(back).toStrictEqual(given);
  });

  test("about calls that have not completed come back too", () => {
    const place = { at: 17, call: 3, step: "write", index: 0, turn: [0, 2] };
    const error = { code: "STEP_FAILED", message: "no" } as never;
    for (const entry of [
      { type: "skipped", ...place, number: 1 },
      { type: "failed", ...place, number: 2, attempt: 1, error },
      { type: "attempt-failed", ...place, number: 1, attempt: 1, error, retryAt: 18 },
    ] as const satisfies readonly JournalEntry[]) {
      expect(decodeEntry(encodeEntry(entry))).toStrictEqual(entry);
    }
  });

  test("keep inputs once that are what stands in the state", () => {
    const topics = ["rivers", "mills"];
    const odd = JSON.parse('{"__proto__": 1}') as object;
    for (const inputs of [
      { topics, n: -0 },
      {},
      { topics: [...topics] },
      { n: 0 },
      { other: undefined },
      odd,
      5,
      topics,
    ]) {
      const entry: JournalEntry = { type: "started", at: 17, inputs, state: { n: -0, topics, ...odd } };
      expect(decodeEntry(encodeEntry(entry))).toStrictEqual(entry);
    }
    const shared = { type: "started", at: 17, inputs: { topics }, state: { n: 1, topics } } as const;
    expect(encodeEntry(shared)).toBe('started 17 {"given":["topics"],"state":{"n":1,"topics":["rivers","mills"]}}');
    expect(Object.isFrozen((decodeEntry(encodeEntry(shared)) as typeof shared).inputs)).toBe(true);
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
    "done",
    "done 17",
    "done  {}",
    "done soon {}",
    "completed 17 {}",
    'done 17 {"p":5}',
    'started 17 {"given":["a"]}',
    "finished 17 {}",
    "toString 17 {}",
    " 17 {}",
    encodeEntry(completed).slice(0, -1),
    `done 17 ${encodeData(5)}`,
  ])("that are damaged are RUN_CORRUPT: %j", (text) => {
    expect(codeOf(() => decodeEntry(text))).toBe("RUN_CORRUPT");
  });

  test("name their place when they are damaged", () => {
    const call = () => decodeEntry("done 17 {", { runId: "r1", seq: 7 });
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
