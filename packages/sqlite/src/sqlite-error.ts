/** What the driver throws, as errors of Millrace. */
import { statfsSync } from "node:fs";
import { dirname } from "node:path";
import { FlowError, type FlowErrorOptions } from "millrace";

const notOurs = {
  hint: "Give the path of a Millrace database, or of a file that does not exist yet. Nothing of this file was changed.",
};

/** The error as a FlowError; one that is already is left as it is. `runId`: the run that was read. */
export function toFlowError(error: unknown, file: string, runId?: string): FlowError {
  if (FlowError.is(error)) return error;
  const code = codeOf(error);
  const options = {
    cause: error,
    details: { file, ...(code && { code }) },
  } satisfies FlowErrorOptions<"PERSISTENCE_FAILED">;
  if (isLocked(error)) {
    return new FlowError("PERSISTENCE_LOCKED", `"${file}" was held locked by another process for too long.`, {
      ...options,
      hint: "Look for a long transaction on the file (a backup, a shell), or raise `busyTimeoutMs`.",
    });
  }
  if (code === "SQLITE_NOTADB") return notADatabase(file, error);
  if (code === "SQLITE_FULL" || (code.startsWith("SQLITE_IOERR") && diskIsFull(file))) {
    return new FlowError("PERSISTENCE_FULL", `There is no room on the disk to write to "${file}".`, {
      ...options,
      hint: "Make room and try again; nothing of this write was stored.",
    });
  }
  if (code === "SQLITE_CANTOPEN" || code.startsWith("SQLITE_READONLY") || code === "SQLITE_PERM") {
    return cantOpen(file, "it, or its folder, can't be written to", error);
  }
  if (code.startsWith("SQLITE_CORRUPT") && runId !== undefined) {
    const hint = "Check the file with `PRAGMA integrity_check`, and restore a backup.";
    return new FlowError("RUN_CORRUPT", `Run "${runId}" can't be read: "${file}" is damaged.`, {
      ...options,
      hint,
      runId,
    });
  }
  if (code.startsWith("SQLITE_CORRUPT")) {
    return new FlowError("PERSISTENCE_FAILED", `"${file}" is damaged.`, {
      ...options,
      retryable: false,
      hint: "Check it with `PRAGMA integrity_check`, and restore a backup.",
    });
  }
  if (code.startsWith("SQLITE_CONSTRAINT_PRIMARYKEY")) {
    return new FlowError("INTERNAL", "A journal entry was written whose place is taken.", options);
  }
  const message = error instanceof Error ? error.message : String(error);
  return new FlowError("PERSISTENCE_FAILED", `Reading or writing "${file}" failed: ${message}`, options);
}

export function notADatabase(file: string, cause?: unknown): FlowError {
  return new FlowError("PERSISTENCE_NOT_A_DATABASE", `"${file}" is not a Millrace database.`, {
    ...notOurs,
    details: { file },
    cause,
  });
}

export function cantOpen(file: string, why: string, cause?: unknown): FlowError {
  const hint = "Make the folder, check the path, and check who may write there.";
  return new FlowError("PERSISTENCE_CANT_OPEN", `The database "${file}" can't be opened: ${why}.`, {
    hint,
    details: { file },
    cause,
  });
}

/** Whether the driver waited for a lock in vain. */
export function isLocked(error: unknown): boolean {
  const code = codeOf(error);
  return code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED");
}

/** The driver's or the system's code; "" where there is none. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : "";
  return typeof code === "string" ? code : "";
}

function diskIsFull(file: string): boolean {
  try {
    return statfsSync(dirname(file)).bavail === 0;
  } catch {
    return false;
  }
}
