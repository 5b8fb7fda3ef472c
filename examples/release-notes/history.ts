/**
 * Reads a history by `git log`. Where there is none to read, the excerpt that stands beside this file takes its place: the
 * beginnings of this repository.
 */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import type { Commit } from "./commits.js";

export interface History {
  /** Which commits these are, for the head of the notes. */
  readonly title: string;
  /** Newest first. */
  readonly commits: readonly Commit[];
  /** Something that a reader should know about them. */
  readonly remark?: string;
  /** Read from a repository, which can be asked for more. */
  readonly live: boolean;
}

export interface HistoryQuery {
  readonly repository: string;
  /** Only what came after this commit, tag or branch. */
  readonly since?: string;
  readonly limit: number;
  /** Rather the excerpt than the few commits of a shallow clone. */
  readonly whole: boolean;
  readonly abortSignal: AbortSignal;
}

const run = promisify(execFile);
const field = "\x1f";
const record = "\x1e";

/**
 * The commits since `since`, without it since the last tag, without tags all.
 * @throws {Error} `since` names nothing, or git breaks off; its message is git's
 */
export async function readHistory(query: HistoryQuery): Promise<History> {
  const { repository, since, limit, whole } = query;
  const git = gitIn(query);
  let shallow: boolean;
  try {
    shallow = (await git("rev-parse", "--is-shallow-repository")).trim() === "true";
  } catch (error) {
    return excerpt(`There is no history at ${repository} (${(error as Error).message})`);
  }
  if (!(await git("rev-list", "--all", "--max-count=1"))) return excerpt(`${repository} has no commits yet`);
  if (shallow && whole) return excerpt("This clone is shallow");
  const from = since ?? (await lastTag(git));
  const range = from === undefined ? "HEAD" : `${from}..HEAD`;
  const format = `--format=${["%H", "%aI", "%s", "%b"].join("%x1f")}%x1e`;
  const text = await git("log", "--no-merges", "--no-show-signature", `--max-count=${limit}`, format, range, "--");
  const commits = text.split(record).flatMap((one) => {
    const [hash = "", date = "", subject = "", body = ""] = one.trim().split(field);
    return hash ? [{ hash, date, subject, body: body.trim() }] : [];
  });
  const title = from === undefined ? "all commits" : `commits since ${from}`;
  const remark = shallow ? "The clone is shallow: older commits are missing." : undefined;
  return { title, commits, live: true, ...(remark && { remark }) };
}

/** Lines added and removed by each of these commits. */
export async function changedLines(
  query: Pick<HistoryQuery, "repository" | "abortSignal">,
  hashes: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (hashes.length === 0) return new Map();
  const text = await gitIn(query)("log", "--no-walk=unsorted", "--shortstat", "--format=%x1e%H", ...hashes, "--");
  const sizes = text.split(record).map((one) => {
    const [hash = "", ...stat] = one.trim().split("\n");
    const counts = stat.join(" ").matchAll(/(\d+) (?:insertion|deletion)/g);
    return [hash, [...counts].reduce((sum, [, count]) => sum + Number(count), 0)] as const;
  });
  return new Map(sizes.filter(([hash]) => hash));
}

type Git = (...args: readonly string[]) => Promise<string>;

function gitIn({ repository, abortSignal }: Pick<HistoryQuery, "repository" | "abortSignal">): Git {
  // inside a git hook these would lead to another repository
  const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, ...env } = process.env;
  const options = { env: { ...env, LC_ALL: "C" }, maxBuffer: 2 ** 28, signal: abortSignal };
  return async (...args) => {
    try {
      return (await run("git", ["-C", repository, ...args], options)).stdout;
    } catch (error) {
      throw new Error(reasonOf(error), { cause: error });
    }
  };
}

/** The newest tag before HEAD, so that the notes of a tagged commit are those since the release before. */
async function lastTag(git: Git): Promise<string | undefined> {
  try {
    return (await git("describe", "--tags", "--abbrev=0", "HEAD^")).trim();
  } catch {
    return undefined;
  }
}

async function excerpt(reason: string): Promise<History> {
  const commits = JSON.parse(await readFile(new URL("excerpt.json", import.meta.url), "utf8")) as Commit[];
  const remark = `${reason}: these notes are made from a shipped excerpt of Millrace's own history.`;
  return { title: "the beginnings of Millrace (an excerpt)", commits, remark, live: false };
}

function reasonOf(error: unknown): string {
  const { code, stderr = "", message } = error as { code?: unknown; stderr?: string; message: string };
  if (code === "ENOENT") return "git is not installed";
  return (stderr.trim() || message).split("\n")[0]!.replace(/^fatal: | \(or any of the parent.*/g, "");
}
