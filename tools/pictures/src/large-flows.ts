/** Flows that are long, or wide, or both: most of 200 steps. */
import type { StepDefinition } from "millrace";
import { all, any, made, name, range, step } from "./flow-parts.js";

/** Pieces of ten steps, each with a fork, a join and a loop. */
function piece(i: number): StepDefinition[] {
  const at = (what: string) => `${what} ${i}`;
  const before = i === 0 ? [] : [name(`done ${i - 1}`)];
  return [
    step(at("fetch"), before),
    step(at("parse the page"), [{ kind: "or", of: [name(at("fetch")), name(at("again"))] }]),
    step(at("words"), [name(at("parse the page"))]),
    step(at("links"), [name(at("parse the page"))]),
    step(at("pictures"), [name(at("parse the page"))]),
    step(at("merge"), [{ kind: "and", of: [name(at("words")), name(at("links")), name(at("pictures"))] }]),
    step(at("judge"), [name(at("merge"))], { router: true, routes: [at("again"), at("good")] }),
    step(at("store"), [name(at("good"))]),
    step(at("tell"), [name(at("store"))]),
    step(at("done"), [name(at("store"))]),
  ];
}

export const Chain = made("Chain", range(20).flatMap(piece));

const shops = range(198).map((i) => `shop ${i}`);
export const Fan = made("Fan", [
  step("list", []),
  ...shops.map((shop) => step(shop, [name("list")])),
  step("compare", [all(shops)]),
]);

export const AllAtOnce = made(
  "AllAtOnce",
  range(200).map((i) => step(`at once ${i}`, [])),
);

export const Chains = made("Chains", [
  step("begin", []),
  ...range(20).flatMap((chain) =>
    range(9).map((i) => step(`chain ${chain}, ${i}`, [name(i === 0 ? "begin" : `chain ${chain}, ${i - 1}`)])),
  ),
  step("end", [all(range(20).map((chain) => `chain ${chain}, 8`))]),
]);

/** Twenty loops of one step each beside each other, with labels to what follows. */
export const Loops = made("Loops", [
  step("begin", []),
  ...range(20).map((i) =>
    step(`self ${i}`, [any("begin", `again ${i}`)], { router: true, routes: [`again ${i}`, `done ${i}`] }),
  ),
  ...range(20).map((i) => step(`after ${i}`, [name(`done ${i}`)])),
]);

/** A loop around a fan, and a way out of every part of it to one that mourns. */
export const LoopOfMany = made("LoopOfMany", [
  step("begin", []),
  step("head", [any("begin", "again")]),
  ...range(40).map((i) => step(`part ${i}`, [name("head")])),
  step("mourn", [{ kind: "or", of: range(40).map((i) => ({ kind: "failed", step: `part ${i}` })) }]),
  step("gate", [all(range(40).map((i) => `part ${i}`))], { router: true, routes: ["again", "done"] }),
  step("end", [name("done")]),
]);

/** Each part may send the whole loop back to its head. */
export const BackFromEach = made("BackFromEach", [
  step("begin", []),
  step("head", [any("begin", ...range(16).map((i) => `again ${i}`))]),
  ...range(16).map((i) => step(`judge ${i}`, [name("head")], { router: true, routes: [`again ${i}`, `good ${i}`] })),
  step("end", [all(range(16).map((i) => `good ${i}`))]),
]);

const labels = range(15).map((i) => `label ${i}`);
export const ManyLabels = made("ManyLabels", [
  step("route", [], { router: true, routes: [...labels, "to nobody"] }),
  ...labels.map((label) => step(`on ${label}`, [name(label)])),
  step("any", [any(...labels)]),
  step("join", [any(...labels.map((label) => `on ${label}`))]),
]);

const names = [
  "x".repeat(200),
  "\u{1F469}\u200D\u{1F469}\u200D\u{1F467} family \u{1F389}\u{1F389}",
  "\u05E9\u05DC\u05D5\u05DD \u05E2\u05D5\u05DC\u05DD",
  "\u0645\u0631\u062D\u0628\u0627",
  "\u51E6\u7406\u3092\u958B\u59CB\u3059\u308B\u9577\u3044\u540D\u524D\u306E\u30B9\u30C6\u30C3\u30D7",
  "<b>&\"'",
  "two\nlines",
  "]]><script>alert(1)</script>\u0000\u0007\u202E\uD800&amp;",
  "W".repeat(30),
];
export const Names = made(
  "Names",
  names.map((named, i) => step(named, i === 0 ? [] : [name(names[Math.floor((i - 1) / 2)]!)])),
);
