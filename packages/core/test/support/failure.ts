import { FlowError } from "../../src/index.js";

/** The FlowError that a promise rejects with; anything else it does fails the test. */
export function failure(promise: Promise<unknown>): Promise<FlowError> {
  return promise.then(
    () => Promise.reject(new Error("it succeeded")),
    (error: unknown) => (FlowError.is(error) ? error : Promise.reject(error)),
  );
}
