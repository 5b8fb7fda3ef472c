import fc from "fast-check";
import { Immer } from "immer";
import { describe, expect, test } from "vitest";
import { FlowError } from "../errors/index.js";
import { applyPatches } from "./apply-patches.js";
import type { CallState, StateChange } from "./call-state.js";
import { readPath } from "./containers.js";
import { finishForState, finishValue } from "./finish-value.js";
import { FlowState } from "./flow-state.js";
import { isObject } from "./kinds.js";
import { compileStateRules } from "./state-rules.js";
import { type Edit, edits, run, show, startState } from "./testing/random-edits.js";
import type { StatePatch } from "./types.js";
import { decodeValue, encodeValue } from "./value-codec.js";

const start = (): FlowState => new FlowState(finishForState(startState(), []), compileStateRules());
const plainImmer = new Immer({ autoFreeze: false });
const expectedOf = (base: unknown, all: readonly Edit[]): string =>
  show(plainImmer.produce(base as object, (draft) => run(draft, all)));

describe("one call", () => {
  test("leaves what the same edits leave on plain data, and its patches lead there", () => {
    fc.assert(
      fc.property(edits, fc.boolean(), (all, sealed) => {
        const state = start();
        const before = sealed ? state.root : state.unsealed;
        const shownBefore = show(before);
        const expected = expectedOf(before, all);
        const call = state.begin();
        run(call.draft, all);
        const change = call.finish();
        const patches = change === undefined ? [] : state.commit(change, "step");
        state.end(call);
        expect(show(state.unsealed)).toBe(expected);
        expect(show(before)).toBe(shownBefore);
        expect(expected === shownBefore).toBe(patches.length === 0);
        expect(show(applyPatches(before, patches))).toBe(expected);
        const replayed = new FlowState(decodeValue(encodeValue(before)), compileStateRules());
        replayed.apply(decodeValue(encodeValue(patches)) as readonly StatePatch[]);
        expect(show(replayed.root)).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });

  test("leaves no trace when it is discarded, and its draft shows what was written", () => {
    fc.assert(
      fc.property(edits, (all) => {
        const state = start();
        const before = state.root;
        const expected = expectedOf(before, all);
        const call = state.begin();
        run(call.draft, all);
        expect(show(finishValue(call.draft, "the test"))).toBe(expected);
        call.discard();
        state.end(call);
        expect(state.root).toBe(before);
        expect(show(before)).toBe(show(startState()));
      }),
      { numRuns: 300 },
    );
  });
});

/** Begins and commits of three calls in a random order; each number is a call, its first occurrence its begin. */
const order = fc.shuffledSubarray([0, 0, 1, 1, 2, 2], { minLength: 6 });

describe("calls at the same time", () => {
  test("lose no update, or one of them fails; the patches given back lead to the live state", {
    timeout: 300_000,
  }, () => {
    fc.assert(
      fc.property(fc.tuple(edits, edits, edits), order, (all, steps) => {
        const state = start();
        const first = state.unsealed;
        const log: StatePatch[] = [];
        const shown: string[] = [];
        const open = new Map<number, { call: CallState; base: string; expected: string }>();
        for (const step of steps) {
          const running = open.get(step);
          if (running === undefined) {
            const call = state.begin();
            run(call.draft, all[step] as readonly Edit[]);
            open.set(step, {
              call,
              base: show(call.base),
              expected: expectedOf(call.base, all[step] as readonly Edit[]),
            });
            continue;
          }
          const { call, base, expected } = running;
          // What others committed meanwhile is not seen.
          expect(show(finishValue(call.draft, "the test"))).toBe(expected);
          const change = call.finish();
          if (change !== undefined) commit(state, change, log);
          shown.push(show(log.at(-1)));
          expect(show(call.base)).toBe(base);
          state.end(call);
        }
        expect(show(applyPatches(first, log))).toBe(show(state.unsealed));
        expect(show(first)).toBe(show(startState()));
      }),
      { numRuns: 1500 },
    );
  });
});

/** Commits; what a commit must keep is told from the values themselves, without asking who wrote where. */
function commit(state: FlowState, change: StateChange, log: StatePatch[]): void {
  const before = state.unsealed;
  const shownBefore = show(before);
  const shownLog = log.map(show);
  try {
    const patches = state.commit(change, "step");
    for (const patch of change.patches) expectNothingLost(patch, { change, before });
    log.push(...patches);
  } catch (error) {
    expect(FlowError.is(error, "STATE_CONFLICT")).toBe(true);
    expect(state.unsealed).toBe(before);
  }
  expect(show(before)).toBe(shownBefore);
  expect(log.slice(0, shownLog.length).map(show)).toEqual(shownLog);
}

/** A write goes through only where its place is as it was when the call began, or where both only added. */
function expectNothingLost(patch: StatePatch, { change, before }: { change: StateChange; before: unknown }): void {
  const { base } = change.call;
  const place = change.elementSets?.has(patch) ? patch.path.slice(0, -1) : patch.path;
  const was = readPath(base, place);
  const is = readPath(before, place);
  if (patch.op === "members") expect(is).toBeInstanceOf(Set);
  else if (patch.op === "append") {
    const old = was as unknown[];
    const now = is as unknown[];
    expect(now.length).toBeGreaterThanOrEqual(old.length);
    old.forEach((item, index) => {
      if (!isObject(item)) expect(show(now[index])).toBe(show(item));
    });
  } else expect(show(is)).toBe(show(was));
}
