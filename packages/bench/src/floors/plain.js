/** The floor in memory: the functions are awaited, one after the other or together, and nothing else is done. */
import { atOnce, smallState } from "../workloads/in-memory.js";

/** What a step of every workload does. */
export const smallStep = async (state) => ({ ...state, count: state.count + 1, last: "x" });

export const chain = (steps) => async () => {
  let state = smallState;
  for (let step = 0; step < steps; step++) state = await smallStep(state);
  return state.count;
};

export const fanOut = (width) => async () => {
  const first = await smallStep({ ...smallState, sum: 0 });
  const parts = await Promise.all(Array.from({ length: width }, async (_, index) => index));
  const sum = parts.reduce((total, part) => total + part, 0);
  return (await smallStep({ ...first, sum })).sum;
};

/** Answers stand where their elements stood. */
export const elements = (count) => async () => {
  const list = Array.from({ length: count }, (_, index) => index);
  const results = new Array(count);
  let next = 0;
  const lane = async () => {
    while (next < count) {
      const index = next++;
      results[index] = await same(list[index]);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return results.reduce((total, one) => total + one, 0);
};

/** Things done by one function, one after the other. */
export const things = (count) => async () => {
  let done = 0;
  while (done < count) done += await same(1);
  return done;
};

const same = async (element) => element;

/** A table of functions with their successors: the least that could be called a plan. */
export function define(steps) {
  const plan = new Map();
  for (let step = 0; step < steps; step++) plan.set(`step${step}`, { run: smallStep, next: [`step${step + 1}`] });
  return plan;
}
