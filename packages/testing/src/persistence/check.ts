/** What a check of the suite is, and the few words that all checks share. */
import { strict as assert } from "node:assert";
import { setTimeout as delay } from "node:timers/promises";
import { type ErrorCode, FlowError, type FlowPersistence, type MaybePromise } from "millrace";

export interface PersistenceConformanceOptions {
  /**
   * A new, empty store. `claimMs`: how long its claims are to live, if they expire at all; absent: the store's own default.
   */
  create(settings: { readonly claimMs?: number }): MaybePromise<FlowPersistence>;
  /**
   * Another instance on the store of a given one, as another process would open it. Absent: the store can't be shared, and
   * the checks of sharing are left out.
   */
  reopen?(store: FlowPersistence): MaybePromise<FlowPersistence>;
  /** The store keeps schedules. Absent: it has none, and the checks of them are left out. */
  readonly schedules?: boolean;
}

/** One promise of the port, to be given to any test runner. */
export interface ConformanceCheck {
  readonly name: string;
  /** Resolves when the promise is kept, rejects with what is wrong. */
  run(): Promise<void>;
}

/** What a check works with. Everything opened through it is closed when the check is over. */
export interface CheckContext {
  readonly store: FlowPersistence;
  /** Another instance on the same store. */
  another(): Promise<FlowPersistence>;
}

/** Checks by name. */
export type Checks = Readonly<Record<string, (context: CheckContext) => Promise<void>>>;

/** What the checks that wait for an expiry ask of a store. */
export const shortClaimMs = 500;

/** The code of the FlowError that a call fails with, thrown or rejected; fails when it succeeds or fails otherwise. */
export async function codeOf(call: () => unknown): Promise<ErrorCode> {
  try {
    await call();
  } catch (error) {
    if (FlowError.is(error)) return error.code;
    throw error;
  }
  assert.fail("The call should have failed, but it succeeded.");
}

export async function refuses(code: ErrorCode, call: () => unknown): Promise<void> {
  assert.equal(await codeOf(call), code);
}

/** Waits until a condition holds; fails after two seconds. */
export async function eventually(what: string, holds: () => MaybePromise<boolean>): Promise<void> {
  for (let waited = 0; waited < 2000; waited += 5) {
    if (await holds()) return;
    await delay(5);
  }
  assert.fail(`Waited two seconds in vain: ${what}.`);
}

/** Waits until claims made before have expired. */
export async function expire({ claimMs }: FlowPersistence): Promise<void> {
  assert.ok(
    claimMs !== undefined && claimMs <= shortClaimMs,
    "`create` must give the store the `claimMs` it is asked for",
  );
  await delay(claimMs + 50);
}
