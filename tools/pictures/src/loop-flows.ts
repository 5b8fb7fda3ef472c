/** Loops that are easy to draw badly. */
import { all, any, gate, made, name, step } from "./flow-parts.js";

const again = ["again", "end"];
const head = [step("s", []), step("h", [any("s", "again")])];
const two = [step("fast", [name("h")]), step("slow", [name("h")]), step("pick", [any("fast", "slow")])];

export const Heard = made("Heard", [
  step("s", []),
  step("a", [any("s", "b", "again")]),
  step("b", [name("a")]),
  step("c", [any("a", "b")]),
  gate("g", [name("c")], again),
]);

export const FastSlow = made("FastSlow", [...head, ...two, gate("g", [name("pick")], again)]);

export const BesideTheLoop = made("BesideTheLoop", [...head, gate("g", [name("h")], again), ...two]);

export const TwoEntrances = made("TwoEntrances", [
  step("begin", []),
  step("one", [any("begin", "again")]),
  step("two", [any("begin", "again")]),
  gate("g", [all(["one", "two"])], again),
]);

export const TwoLoopsIntoOne = made("TwoLoopsIntoOne", [
  step("s", []),
  gate("left", [any("s", "left again")], ["left again", "left done"]),
  gate("right", [any("s", "right again")], ["right again", "right done"]),
  step("both", [{ kind: "each", of: [name("left done"), name("right done")] }]),
]);

export const Nested = made("Nested", [
  step("s", []),
  step("outer", [any("s", "outer again")]),
  step("inner", [any("outer", "inner again")]),
  gate("innerGate", [name("inner")], ["inner again", "inner done"]),
  gate("outerGate", [name("inner done")], ["outer again", "end"]),
  step("finish", [name("end")]),
]);

export const Itself = made("Itself", [
  step("s", []),
  gate("g", [any("s", "again")], again),
  step("finish", [name("end")]),
]);
