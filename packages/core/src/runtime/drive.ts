import { durationMs } from "../definition/index.js";
import { describeThrown, FlowError } from "../errors/index.js";
import { liveError, located } from "./failures.js";
import type { DriveOptions } from "./flow-options.js";
import type { LocalPort } from "./local-port.js";
import type { RunMachine } from "./run-machine.js";
import { stoppedError } from "./stopped-run.js";

/** A run that is about to be driven, or, without a port, one that is only read. */
export interface Driven {
  readonly machine: RunMachine;
  readonly port?: LocalPort;
  readonly go?: () => Promise<void>;
}

export interface DriveLimits {
  readonly abortSignal?: AbortSignal;
  readonly stopSignal?: AbortSignal;
  readonly limitMs?: number;
  /** The run need not stay here for timers that are due later than this from now. */
  readonly returnAfterMs?: number;
}

/**
 * What a caller's options say; to be read before a run is claimed.
 * @throws {FlowError} DEFINITION_DURATION_INVALID – `timeout` or `returnOnSleep` is no duration
 */
export function driveLimits(options: DriveOptions): DriveLimits {
  const { abortSignal, stopSignal, timeout, returnOnSleep = false } = options;
  return {
    ...(abortSignal && { abortSignal }),
    ...(stopSignal && { stopSignal }),
    ...(timeout !== undefined && { limitMs: durationMs(timeout) }),
    ...(returnOnSleep !== false && { returnAfterMs: returnOnSleep === true ? 0 : durationMs(returnOnSleep) }),
  };
}

/**
 * Drives a run until it rests; resolves when it completed or waits.
 * @throws {FlowError} RUN_CANCELLED, RUN_TIMEOUT, RUN_STOPPED, or the error that the run failed with
 */
export async function driveToRest(driven: Driven, limits: DriveLimits): Promise<RunMachine> {
  const { timedOut } = await driveRun(driven, limits);
  const { machine } = driven;
  const { ended } = machine;
  if (machine.stopped) throw stoppedError(machine.runId);
  if (ended?.status === "failed") throw liveError(ended.error!);
  if (ended?.status === "cancelled") throw cancelError(machine, timedOut ? limits.limitMs : undefined);
  return machine;
}

/** Drives a run until it rests, however that is; throws what keeps it from coming to rest. */
export async function driveRun({ machine, port, go }: Driven, limits: DriveLimits): Promise<{ timedOut: boolean }> {
  if (!port || !go) return { timedOut: false };
  const watched = watchLimits(port, limits);
  try {
    await go();
  } catch (error) {
    await abandon(port, error);
    throw FlowError.is(error) ? located(error, machine.runId) : error;
  } finally {
    watched?.end();
  }
  return { timedOut: watched?.timedOut ?? false };
}

interface Limits {
  timedOut: boolean;
  end(): void;
}

/** Stops the run when its caller wants no more; undefined when nothing could say so. */
function watchLimits(port: LocalPort, { abortSignal, stopSignal, limitMs }: DriveLimits): Limits | undefined {
  if (!abortSignal && !stopSignal && limitMs === undefined) return undefined;
  const onAbort = () => port.stop(abortReason(abortSignal), false);
  const onStop = () => port.giveUp();
  const onTimeout = () => {
    limits.timedOut = true;
    port.stop(`it took longer than its timeout of ${limitMs} ms`, true);
  };
  const stopTimer =
    limitMs === undefined ? undefined : port.clock.setTimer(onTimeout, limitMs, { purpose: "run-timeout" });
  const limits: Limits = {
    timedOut: false,
    end() {
      stopTimer?.();
      abortSignal?.removeEventListener("abort", onAbort);
      stopSignal?.removeEventListener("abort", onStop);
    },
  };
  if (stopSignal?.aborted) onStop();
  else stopSignal?.addEventListener("abort", onStop, { once: true });
  if (abortSignal?.aborted) onAbort();
  else abortSignal?.addEventListener("abort", onAbort, { once: true });
  return limits;
}

/** The error that stopped the loop is the one to tell; that the claim could not be given up either is not. */
const abandon = (port: LocalPort, error: unknown): Promise<void> => port.abandon(error).catch(() => undefined);

function abortReason(signal: AbortSignal | undefined): string {
  const reason: unknown = signal?.reason;
  return reason === undefined ? "aborted" : describeThrown(reason).message;
}

function cancelError({ runId, cancelled }: RunMachine, timedOutAfterMs: number | undefined): FlowError {
  const why = cancelled?.reason === undefined ? "" : `: ${cancelled.reason}`;
  if (timedOutAfterMs !== undefined) {
    return new FlowError("RUN_TIMEOUT", `Run ${runId} took longer than its timeout of ${timedOutAfterMs} ms.`, {
      hint: "Finished steps are kept: resume the run by its id, with more time if it needs it.",
      runId,
    });
  }
  return new FlowError("RUN_CANCELLED", `Run ${runId} was cancelled${why}.`, {
    hint: "Finished steps are kept: resume the run by its id to go on.",
    runId,
  });
}
