import { readFileSync } from "node:fs";

/** How much of something passed and failed. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const nothing: Tally = { passed: 0, failed: 0, skipped: 0 };

export function sum(a: Tally, b: Tally): Tally {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** A step without tests of its own counts as one. */
export function ofStep(ok: boolean): Tally {
  return ok ? { ...nothing, passed: 1 } : { ...nothing, failed: 1 };
}

/**
 * The tally of a vitest JSON report. A file that can't be read, a run that ran nothing, and a run that failed outside of
 * its tests (a file that does not load) count as one failure.
 */
export function ofReport(file: string): Tally {
  try {
    const report = JSON.parse(readFileSync(file, "utf8")) as VitestReport;
    const tally = { passed: report.numPassedTests, failed: report.numFailedTests, skipped: report.numPendingTests };
    const silent = tally.failed === 0 && (!report.success || tally.passed === 0);
    return silent ? { ...tally, failed: 1 } : tally;
  } catch {
    return ofStep(false);
  }
}

/** `12 passed, 1 failed`, and what was skipped if anything was. */
export function inWords({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

interface VitestReport {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
}
