import {
  type CheckContext,
  type Checks,
  type ConformanceCheck,
  type PersistenceConformanceOptions,
  shortClaimMs,
} from "./check.js";
import { appendChecks } from "./check-append.js";
import { claimChecks } from "./check-claims.js";
import { closeChecks } from "./check-close.js";
import { compactChecks } from "./check-compact.js";
import { createChecks } from "./check-create.js";
import { dueChecks } from "./check-due.js";
import { expiryChecks, sharedExpiryChecks } from "./check-expiry.js";
import { forkChecks } from "./check-forks.js";
import { inboxChecks } from "./check-inbox.js";
import { listChecks } from "./check-list.js";
import { planChecks } from "./check-plans.js";
import { pruneChecks } from "./check-prune.js";
import { questionChecks } from "./check-questions.js";
import { readChecks } from "./check-reads.js";
import { restChecks } from "./check-rest.js";
import { scheduleChecks, sharedScheduleChecks } from "./check-schedules.js";
import { sessionChecks, sharedSessionChecks } from "./check-sessions.js";
import { sharingChecks } from "./check-sharing.js";
import { valueChecks } from "./check-values.js";

const always: Checks = {
  ...createChecks,
  ...claimChecks,
  ...appendChecks,
  ...restChecks,
  ...inboxChecks,
  ...readChecks,
  ...listChecks,
  ...dueChecks,
  ...questionChecks,
  ...planChecks,
  ...sessionChecks,
  ...forkChecks,
  ...valueChecks,
  ...pruneChecks,
  ...compactChecks,
  ...closeChecks,
};

/**
 * Every promise of `FlowPersistence` as a named check, for any test runner. Each check makes a store of its own and closes
 * what it opened.
 *
 * @example
 * import { test } from "vitest";
 *
 * for (const check of persistenceConformance({ create: () => new MemoryPersistence() })) test(check.name, check.run);
 */
export function persistenceConformance(options: PersistenceConformanceOptions): readonly ConformanceCheck[] {
  const shared = options.reopen !== undefined;
  const ofSchedules = { ...scheduleChecks, ...(shared && sharedScheduleChecks) };
  return [
    ...named(
      {
        ...always,
        ...(shared && { ...sharingChecks, ...sharedSessionChecks }),
        ...(options.schedules && ofSchedules),
      },
      (check) => runCheck(check, options, {}),
    ),
    ...named({ ...expiryChecks, ...(shared && sharedExpiryChecks) }, (check) =>
      runCheck(check, options, { claimMs: shortClaimMs }),
    ),
  ];
}

function named(checks: Checks, run: (check: Checks[string]) => Promise<void>): readonly ConformanceCheck[] {
  return Object.entries(checks).map(([name, check]) => ({ name, run: () => run(check) }));
}

type Settings = Parameters<PersistenceConformanceOptions["create"]>[0];

async function runCheck(
  check: Checks[string],
  options: PersistenceConformanceOptions,
  settings: Settings,
): Promise<void> {
  const store = await options.create(settings);
  const opened = [store];
  const context: CheckContext = {
    store,
    async another() {
      if (options.reopen === undefined) throw new Error("This check needs the option `reopen`.");
      const instance = await options.reopen(store);
      opened.push(instance);
      return instance;
    },
  };
  try {
    await check(context);
  } finally {
    for (const instance of opened) await instance.close();
  }
}
