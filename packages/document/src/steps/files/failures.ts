/** What a file system refuses, in words that name no place of the machine. */
import { stepError } from "../step-error.js";

export const failed = (what: string, hint: string) => stepError("STEP_FILE_FAILED", `${what}.`, { hint });

export const isErrno = (error: unknown): error is NodeJS.ErrnoException => error instanceof Error && "errno" in error;

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "is not there",
  EISDIR: "is a folder",
  ENOTDIR: "is not there: a part of its path is no folder",
};

const causes: Readonly<Record<string, string>> = {
  EACCES: "this process may not",
  EPERM: "this process may not",
  EROFS: "its disk can only be read",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk's share of this user is full",
  EFBIG: "it would be larger than a file may be",
  ENAMETOOLONG: "a name in it, or all of it, is too long",
  ENOTDIR: "a part of its path is no folder",
  ELOOP: "its links lead in a circle",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open",
};

/** As in `"a.csv" is a folder`, `"a.csv" can't be written: the disk is full`. */
export function reasonOf({ code = "" }: NodeJS.ErrnoException, done: "read" | "written" | "followed"): string {
  return (
    (done === "followed" ? undefined : reasons[code]) ?? `can't be ${done}: ${causes[code] ?? (code || "it failed")}`
  );
}
