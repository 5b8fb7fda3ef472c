/** The floors of W5: the change written as a patch made by hand, as immer's patches, or as the whole state in JSON. */
import { applyPatches, enablePatches, produceWithPatches } from "immer";
import { checkpoint } from "../measure/sqlite.js";
import { bigState, changedFields, changeInPlace, elementOf } from "../workloads/big-state.js";
import { openRaw } from "./raw-sqlite.js";

enablePatches();

const handPatch = (place, turn) =>
  place === "outside"
    ? [{ op: "replace", path: ["mark"], value: turn }]
    : [{ op: "replace", path: ["items", elementOf(turn), "n"], value: turn }];

/** Each answers the next state and the patches that are written; without patches the state is. */
const ways = {
  hand: (state, place, turn) => [{ ...state, ...changedFields(state, place, turn) }, handPatch(place, turn)],
  immer: (state, place, turn) => {
    const before = /** @type {import("../workloads/big-state.js").BigState} */ (state);
    const [next, patches] = produceWithPatches(before, (draft) => changeInPlace(draft, place, turn));
    return [next, patches];
  },
  whole: (state, place, turn) => [{ ...state, ...changedFields(state, place, turn) }],
};

/** @param {"hand" | "immer" | "whole"} way */
export const rawBigState = (way) => (folder) => {
  const { database, save, addStep, close } = openRaw(folder, "normal");
  const change = ways[way];
  return {
    async run(place, loop) {
      let state = bigState();
      save({ run: "big", number: 0, name: "begin", state: JSON.stringify(state), data: "[]" });
      while (!loop.done) {
        await null;
        const turn = loop.next();
        const [next, patches] = change(state, place, turn);
        state = next;
        if (patches) addStep.run("big", turn, "step", JSON.stringify(patches));
        else save({ run: "big", number: turn, name: "step", state: JSON.stringify(state), data: "[]" });
      }
      return state;
    },
    /** What a resume would rebuild. */
    reread() {
      const state = JSON.parse(String(database.prepare("SELECT state FROM run").pluck().get()));
      const rows = database.prepare("SELECT data FROM step ORDER BY number").pluck().all();
      return applyPatches(
        state,
        rows.flatMap((data) => JSON.parse(String(data))),
      );
    },
    settle: () => checkpoint(database),
    close,
  };
};
