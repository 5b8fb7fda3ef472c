/**
 * The laws of a run's state under random concurrent calls, against an oracle that knows nothing of patches: a merge of
 * three plain values. What the state accepts must be that merge; what the oracle can't merge must have been refused.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { FlowError } from "../src/errors/index.js";
import {
  type CallState,
  compileStateRules,
  decodeValue,
  encodeValue,
  FlowState,
  finishForState,
  type StatePatch,
} from "../src/state/index.js";
import { expectFrozen, overlap, plainCopy, printed, threeWay } from "./support/state-oracle.js";
import { type Edit, edits, type Item, type Sample, sample } from "./support/state-sample.js";

/** `v` is given out by the world, another one each time: no two writes are equal by chance. */
const anEdit = fc.record({ op: fc.constantFrom(...Object.keys(edits)), i: fc.nat(5), j: fc.nat(5) });

const anAct = fc.record({
  slot: fc.nat(2),
  act: fc.oneof(
    { weight: 5, arbitrary: anEdit },
    { weight: 3, arbitrary: fc.constant("commit" as const) },
    { weight: 1, arbitrary: fc.constant("discard" as const) },
  ),
});

/** One open call, and what its author must see: the state of when it began, with his own edits. */
interface Open {
  readonly call: CallState;
  readonly base: Sample;
  readonly seen: Sample;
  /** How many commits there were when it began. */
  readonly since: number;
}

class World {
  readonly looks: boolean;
  readonly state: FlowState;
  readonly journal: StatePatch[][] = [];
  /** The committed state, as the oracle has it. */
  latest = sample();
  #unique = 100;
  readonly #open = new Map<number, Open>();
  readonly #initial = finishForState(sample(), []);

  /** @param looks Whether the state and the drafts are read after every act; reading may take other ways inside. */
  constructor(looks: boolean) {
    this.looks = looks;
    this.state = new FlowState(this.#initial, compileStateRules());
  }

  act(slot: number, act: Omit<Edit, "v"> | "commit" | "discard"): void {
    const open = this.#open.get(slot) ?? this.#begin(slot);
    if (act === "commit") this.#commit(slot, open);
    else if (act === "discard") this.#discard(slot, open);
    else this.#edit(open, { ...act, v: this.#unique++ });
    if (this.looks) this.look();
  }

  #begin(slot: number): Open {
    const { latest, journal } = this;
    const open = {
      call: this.state.begin(),
      base: plainCopy(latest),
      seen: plainCopy(latest),
      since: journal.length,
    };
    this.#open.set(slot, open);
    return open;
  }

  #edit({ call, seen }: Open, edit: Edit): void {
    edits[edit.op]?.(call.draft as Sample, edit);
    edits[edit.op]?.(seen, edit);
  }

  #commit(slot: number, { call, base, seen, since }: Open): void {
    this.#open.delete(slot);
    const merged = threeWay(base, plainCopy(seen), this.latest);
    try {
      const change = call.finish();
      if (change !== undefined) this.journal.push([...this.state.commit(change, `step${slot}`)]);
    } catch (error) {
      if (!FlowError.is(error, "STATE_CONFLICT")) throw error;
      this.state.end(call);
      expect(this.journal.length, "nobody else committed, yet a conflict").toBeGreaterThan(since);
      return;
    }
    this.state.end(call);
    expect(merged, "both wrote one place, yet no conflict").not.toBe(overlap);
    this.latest = merged as Sample;
  }

  #discard(slot: number, { call }: Open): void {
    const before = this.looks ? this.state.root : undefined;
    this.#open.delete(slot);
    call.discard();
    this.state.end(call);
    if (this.looks) expect(this.state.root).toBe(before);
  }

  look(): void {
    expect(printed(this.state.root)).toEqual(printed(this.latest));
    for (const { call, seen } of this.#open.values()) expect(printed(call.draft)).toEqual(printed(seen));
  }

  close(): void {
    for (const [slot, open] of this.#open) this.#discard(slot, open);
    this.look();
    expectFrozen(this.state.root);
  }

  /** The journal, applied to the state that the run began with. */
  replayed(through: (patches: StatePatch[]) => StatePatch[] = (patches) => patches): unknown {
    const replica = new FlowState(this.#initial, compileStateRules());
    for (const patches of this.journal) replica.apply(through(patches));
    return replica.root;
  }
}

const acts = fc.array(anAct, { maxLength: 30 });
const runs = { numRuns: 400 };

test("what is committed is the merge of all calls; drafts show one's own edits alone; a conflict or a discard leaves no trace", () => {
  fc.assert(
    fc.property(acts, fc.boolean(), (list, looks) => {
      const world = new World(looks);
      for (const { slot, act } of list) world.act(slot, act);
      world.close();
    }),
    runs,
  );
});

test("the initial state with all patches applied is the live state, key order and all; also when stored in between", () => {
  fc.assert(
    fc.property(acts, fc.boolean(), (list, looks) => {
      const world = new World(looks);
      for (const { slot, act } of list) world.act(slot, act);
      world.close();
      const live = printed(world.state.root, { ordered: true });
      expect(printed(world.replayed(), { ordered: true })).toEqual(live);
      const stored = world.replayed((patches) => decodeValue(encodeValue(patches)) as StatePatch[]);
      expect(printed(stored, { ordered: true })).toEqual(live);
      expectFrozen(stored);
      expect(printed(decodeValue(encodeValue(world.state.root)), { ordered: true })).toEqual(live);
    }),
    runs,
  );
});

test("calls that write different places all commit, in any order, and none is lost", () => {
  const ownEdits: ((s: Sample & Record<string, unknown>, k: number, v: number) => void)[] = [
    (s, k, v) => {
      s[`own${k}`] = v;
    },
    (s, k, v) => {
      (s.items[k] as Item).n = v;
    },
    (s, k, v) => (s.items[k] as Item).tags.push(`${v}`),
    (s, k, v) => s.map.set(`own${k}`, v),
    (s, k, v) => s.map.set(`${k}`, { v }),
    (s, _, v) => s.set.add(v),
    (s, k) => s.set.delete(k),
    (s, _, v) => s.list.push(v),
    (s, _, v) => s.items.push({ id: v, n: v, tags: [] }),
  ];
  const edit = fc.record({ call: fc.nat(3), own: fc.constantFrom(...ownEdits) });
  const order = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 });
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 20 }), order, (drawn, commits) => {
      const list = drawn.map((of, index) => ({ ...of, v: 100 + index }));
      const state = new FlowState(finishForState(sample(), []), compileStateRules());
      const calls = [0, 1, 2, 3].map(() => state.begin());
      for (const { call, own, v } of list) own(calls[call]?.draft as Sample & Record<string, unknown>, call, v);
      const expected = sample() as Sample & Record<string, unknown>;
      for (const k of commits) {
        const call = calls[k] as CallState;
        const change = call.finish();
        if (change) state.commit(change, `step${k}`);
        state.end(call);
        for (const { call: of, own, v } of list) if (of === k) own(expected, k, v);
      }
      expect(printed(state.root)).toEqual(printed(expected));
    }),
    runs,
  );
});

test("an author's own objects stay his: not frozen, and what he does to them later does not reach the state", () => {
  const stored = fc.jsonValue({ maxDepth: 3 });
  const place = fc.constantFrom("key", "push", "map", "element");
  fc.assert(
    fc.property(stored, place, (given, where) => {
      const own = { list: [{ n: 1 }], map: new Map([["k", { n: 1 }]]), set: new Set([1]), at: new Date(1), given };
      const state = new FlowState(finishForState(sample(), []), compileStateRules());
      const call = state.begin();
      const draft = call.draft as Sample;
      if (where === "key") draft.extra = own;
      else if (where === "push") draft.items.push(own as never);
      else if (where === "map") draft.map.set("own", own as never);
      else draft.items[0] = own as never;
      const change = call.finish();
      if (change) state.commit(change, "give");
      state.end(call);
      const before = printed(state.root);
      expect(before).toContain(printed(own));
      for (const object of [own, own.list, own.list[0], own.map, own.set]) expect(Object.isFrozen(object)).toBe(false);
      own.list.push({ n: 2 });
      (own.list[0] as { n: number }).n = 7;
      own.map.set("later", { n: 3 }).get("k")!.n = 8;
      own.set.add(9);
      own.at.setTime(10);
      expect(printed(state.root)).toBe(before);
    }),
  );
});
