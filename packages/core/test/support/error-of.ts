import { FlowError } from "../../src/index.js";

/** The FlowError that a function throws; anything else it does fails the test. */
export function errorOf(make: () => unknown): FlowError {
  try {
    make();
  } catch (error) {
    if (FlowError.is(error)) return error;
    throw error;
  }
  throw new Error("nothing was wrong");
}
