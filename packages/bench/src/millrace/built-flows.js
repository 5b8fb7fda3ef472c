/** The chain again, step by step out of functions: what the builder costs beside a class. */
import { flow } from "millrace";
import { SmallState } from "./flows.js";

/** Steps that are made in a loop are nothing that a compiler could follow. */
const begun = (name) => /** @type {any} */ (flow(name)).state(SmallState);

const names = (steps) => Array.from({ length: steps }, (_, index) => `step${index}`);

async function smallStep(_given, { state }) {
  state.count++;
  state.last = "x";
}

/** Each step is linked to the one before: an order without data. */
export function linkedChain(steps) {
  let chain = begun("linked-chain");
  for (const name of names(steps)) chain = chain.step(name, smallStep);
  for (const [index, name] of names(steps).entries()) if (index > 0) chain = chain.link(`step${index - 1}`, name);
  const built = chain.compile();
  return async () => (await built.complete()).state.count;
}

/** Each step is handed a part of what the one before has made, by a reference. */
export function referringChain(steps) {
  const first = async (_given, { state }) => counted(state, 0);
  const next = async ({ count }, { state }) => counted(state, count);
  let chain = begun("referring-chain").step("step0", first);
  for (const [index, name] of names(steps).entries())
    if (index > 0) chain = chain.step(name, next, (made) => ({ count: made[`step${index - 1}`].count }));
  const built = chain.compile();
  return async () => {
    const { state, outputs } = await built.complete();
    return outputs[`step${steps - 1}`].count === steps ? state.count : undefined;
  };
}

function counted(state, count) {
  state.count++;
  state.last = "x";
  return { count: count + 1 };
}
