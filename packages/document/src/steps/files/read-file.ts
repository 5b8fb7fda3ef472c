/**
 * The bytes of a file, no more than are allowed, whatever it says of its size and however it grows; and only of one that stands in its
 * folder in the moment in which it is open: links may have been turned since the path was looked at.
 */
import { constants } from "node:fs";
import { type FileHandle, lstat, open, realpath } from "node:fs/promises";
import { shown } from "../step-error.js";
import { failed, isErrno, reasonOf } from "./failures.js";
import { checkInside } from "./folder.js";

export interface Reading {
  /** The folder that is not left, without links. */
  readonly base: string;
  /** As its author wrote it, for messages. */
  readonly path: string;
  readonly maxBytes: number;
}

/** @throws {FlowError} STEP_FILE_FAILED, STEP_FILE_REFUSED */
export async function readUpTo(place: string, reading: Reading): Promise<Uint8Array> {
  const { path } = reading;
  try {
    // one that is put in the place of another meanwhile is opened anew
    for (let again = 0; again < 100; again++) {
      // a pipe would be waited for for ever
      const file = await open(place, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
      try {
        if (await standsInside(file, place, reading)) return await bytesOf(file, reading);
      } finally {
        await file.close();
      }
    }
  } catch (error) {
    throw isErrno(error) ? failed(`${shown(path)} ${reasonOf(error, "read")}`, "Check `folder` and `path`.") : error;
  }
  throw failed(`${shown(path)} changes its place all the time`, "Read it when nobody is writing.");
}

async function standsInside(file: FileHandle, place: string, { base, path }: Reading): Promise<boolean> {
  const opened = await file.stat({ bigint: true });
  try {
    const real = await realpath(place);
    checkInside(base, real, path);
    const there = await lstat(real, { bigint: true });
    return there.ino === opened.ino && there.dev === opened.dev;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

async function bytesOf(file: FileHandle, { path, maxBytes }: Reading): Promise<Uint8Array> {
  const stat = await file.stat();
  if (!stat.isFile()) throw failed(`${shown(path)} is no ordinary file`, "Name a file.");
  const tooLarge = () =>
    failed(`${shown(path)} is larger than ${maxBytes} bytes`, "Raise `maxBytes` where that is meant.");
  if (stat.size > maxBytes) throw tooLarge();
  let held = new Uint8Array(stat.size + 1);
  let size = 0;
  for (;;) {
    const { bytesRead } = await file.read(held, size, held.length - size);
    if (bytesRead === 0) return held.subarray(0, size);
    size += bytesRead;
    if (size > maxBytes) throw tooLarge();
    if (size < held.length) continue;
    const grown = new Uint8Array(Math.min(Math.max(held.length * 2, 16_384), maxBytes + 1));
    grown.set(held);
    held = grown;
  }
}
