/**
 * A persistence as somebody else would write it, with what `millrace` exports and nothing more: a file per run, in a folder that one
 * process uses. It is read when it is opened; a run is written as one file, by a rename: whole or not at all.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as m from "millrace";
import {
  appended,
  dueAt,
  inSession,
  isAsked,
  isOver,
  newestFirst,
  nextOf,
  type RunFile,
  recordOf,
  stands,
} from "./run-file.js";

export class FolderPersistence implements m.FlowPersistence {
  readonly #folder: string;
  readonly #runs = new Map<string, RunFile>();
  readonly #watchers = new Set<{ readonly runId: string; readonly wake: () => void }>();
  #closed = false;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder).filter((name) => name.startsWith("run-"))) {
      const run = m.decodeData(readFileSync(join(folder, name), "utf8")) as RunFile;
      this.#runs.set(run.id, run);
    }
  }

  create({ owner, rest, previous, ...run }: m.NewRun): m.Claim {
    const files = this.#all();
    if (files.some(({ id }) => id === run.id)) throw m.runExists(run.id);
    if (run.session !== undefined) {
      this.#checkSession(files, run);
      const head = inSession(files, run)[0];
      const moved = head?.id !== previous?.run || head?.position !== previous?.position;
      if (moved) throw m.sessionBusy(run.session, head ?? { id: previous!.run, status: "completed" });
    }
    this.#savePlan(run);
    const order = Math.max(0, ...files.map((file) => file.order)) + 1;
    const stored = { status: "running", position: run.rows.length, inbox: [], inboxRead: 0, questions: [] } as const;
    this.#write({ ...run, ...stored, order, epoch: 1, ...(rest ?? { owner }) });
    return { runId: run.id, epoch: 1, owner };
  }

  claim(runId: string, owner: m.RunOwner): m.Claim {
    const { waitingFor: _, ...run } = this.#run(runId);
    if (run.owner && !m.ownerIsDead(run.owner)) throw m.runOwned(runId, run.owner);
    if (run.session !== undefined) this.#checkSession(this.#all(), run);
    const epoch = run.epoch + 1;
    this.#write({ ...run, epoch, owner, status: "running" });
    return { runId, epoch, owner };
  }

  append(claim: m.Claim, batch: m.Batch): void {
    const run = this.#claimed(claim);
    this.#savePlan(batch.plan);
    this.#write(appended(run, batch));
  }

  rest(claim: m.Claim, batch: m.Batch, { status, waitingFor }: m.Rest): boolean {
    const run = this.#claimed(claim);
    const read = Math.max(run.inboxRead, batch.inboxRead ?? 0);
    if (run.inbox.some(({ position }) => position > read)) return false;
    this.#savePlan(batch.plan);
    const { owner: _, ...rested } = appended(run, batch);
    this.#write({ ...rested, status, ...(waitingFor && { waitingFor }) });
    return true;
  }

  heartbeat(claims: readonly m.Claim[]): readonly m.Claim[] {
    this.#checkOpen();
    return claims.filter((claim) => !stands(this.#read(claim.runId), claim));
  }

  release(claim: m.Claim): void {
    const run = this.#read(claim.runId);
    if (!run || !stands(run, claim)) return;
    const { owner: _, ...released } = run;
    this.#write(released);
  }

  load(runId: string): m.StoredRun | undefined {
    const run = this.#read(runId);
    if (!run) return undefined;
    const { snapshot, rows } = run;
    if (!snapshot) return { record: recordOf(run), rows };
    return { record: recordOf(run), snapshot, rows: rows.filter(({ seq }) => seq > snapshot.seq) };
  }

  post(runId: string, message: m.InboxMessage): { readonly position: number; readonly repeated: boolean } {
    const run = this.#run(runId);
    const known = run.inbox.find(({ id }) => id !== undefined && id === message.id);
    if (known) return { position: known.position, repeated: true };
    if (isOver(run)) throw m.runEnded(runId, run.status);
    const position = run.inbox.length + 1;
    this.#write({ ...run, inbox: [...run.inbox, { ...message, position }] });
    for (const watcher of this.#watchers)
      if (watcher.runId === runId) queueMicrotask(() => this.#watchers.has(watcher) && watcher.wake());
    return { position, repeated: false };
  }

  inbox(runId: string, after: number): readonly m.StoredMessage[] {
    return this.#read(runId)?.inbox.slice(after) ?? [];
  }

  watch(runId: string, wake: () => void): () => void {
    this.#checkOpen();
    const watcher = { runId, wake };
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  plan(planHash: string): unknown {
    this.#checkOpen();
    const path = this.#path(`plan-${planHash}`);
    return existsSync(path) ? m.decodeData(readFileSync(path, "utf8")) : undefined;
  }

  get(runId: string): m.RunRecord | undefined {
    const run = this.#read(runId);
    return run && recordOf(run);
  }

  list(query: m.RunQuery): m.RunPage {
    const read = m.readRunQuery(query);
    const found = this.#found(read);
    return { runs: found.slice(0, read.limit).map(recordOf), ...nextOf(found, read.limit) };
  }

  due(query: m.DueRunQuery): m.DueRunPage {
    const { flows, until, limit, after } = m.readDueRunQuery(query);
    const open = this.#all().filter((run) => !isOver(run) && (flows?.includes(run.flow) ?? true));
    const timed = open.map((run) => ({ ...run, at: dueAt(run, this.#runs) })).sort((a, b) => a.order - b.order);
    const due = timed.filter(({ at, order }) => at <= until && order > after);
    const nextDue = Math.min(...timed.map(({ at }) => (at > until ? at : Number.POSITIVE_INFINITY)));
    return {
      runs: due.slice(0, limit).map(({ id, flow }) => ({ id, flow })),
      ...(due.length > limit && { next: String(due[limit - 1]!.order) }),
      ...(nextDue < Number.POSITIVE_INFINITY && { nextDue }),
    };
  }

  history(runId: string, { after = 0, limit }: m.HistoryQuery = {}): readonly m.JournalRow[] {
    return this.#run(runId)
      .rows.filter(({ seq }) => seq > after)
      .slice(0, limit);
  }

  prune(query: m.PruneQuery): m.PruneStep {
    const read = m.readPruneQuery(query);
    const files = this.#all();
    const found = this.#found(read);
    // the newest of a session, and what a run has started that is not over, are still needed
    const isNeeded = (run: RunFile) =>
      inSession(files, run)[0]?.id === run.id || files.some(({ id, ...other }) => id === run.parent && !isOver(other));
    const gone = found
      .slice(0, read.limit)
      .filter((run) => !isNeeded(run) && recordOf(run).updatedAt < read.endedBefore);
    for (const { id } of read.dryRun ? [] : gone) {
      rmSync(this.#path(`run-${id}`));
      this.#runs.delete(id);
    }
    const entries = gone.reduce((sum, { rows }) => sum + rows.length, 0);
    return { runs: gone.length, entries, ...nextOf(found, read.limit) };
  }

  compact(runId: string, snapshot: m.Snapshot): m.CompactStep {
    const run = this.#run(runId);
    const rows = run.rows.filter(({ seq }) => seq > snapshot.seq || seq === run.position);
    const newest = run.snapshot && run.snapshot.seq >= snapshot.seq ? run.snapshot : snapshot;
    this.#write({ ...run, rows, snapshot: newest });
    return { entries: run.rows.length - rows.length, more: false };
  }

  tidy(): boolean {
    this.#checkOpen();
    return false;
  }

  questions(query: m.QuestionQuery): m.QuestionPage {
    const { id, flow, runId, runIdPrefix = "", after, limit } = m.readQuestionQuery(query);
    const found = this.#all()
      .flatMap((run) => (isOver(run) ? [] : run.questions))
      .filter((question) => (id ?? question.id) === question.id && (flow ?? question.flow) === question.flow)
      .filter((question) => question.runId.startsWith(runIdPrefix))
      .filter((question) => (runId ?? question.runId) === question.runId && (!after || m.isAfter(question, after)))
      .sort((a, b) => (m.isAfter(a, b) ? 1 : -1));
    return m.questionPage(found.slice(0, limit), found.length > limit);
  }

  close(): void {
    this.#closed = true;
    this.#watchers.clear();
  }

  #checkSession(files: readonly RunFile[], run: Pick<RunFile, "id" | "flow" | "session">): void {
    const busy = inSession(files, run).find((other) => other.id !== run.id && !isOver(other));
    if (busy) throw m.sessionBusy(run.session!, busy);
  }

  #found(query: Omit<m.ReadRunQuery, "limit">): RunFile[] {
    const files = this.#all();
    const isHead = (run: RunFile) => inSession(files, run)[0]?.id === run.id;
    const { newestOf, idPrefix = "" } = query;
    return files.filter(
      (run) =>
        run.id.startsWith(idPrefix) &&
        isAsked(run, query) &&
        (newestOf === undefined || (run.session?.startsWith(newestOf) && isHead(run))),
    );
  }

  #all(): RunFile[] {
    this.#checkOpen();
    return [...this.#runs.values()].sort(newestFirst);
  }

  #run(runId: string): RunFile {
    const run = this.#read(runId);
    if (!run) throw m.runNotFound(runId);
    return run;
  }

  #claimed(claim: m.Claim): RunFile {
    const run = this.#read(claim.runId);
    if (!run || !stands(run, claim)) throw m.claimLost(claim);
    return run;
  }

  #read(runId: string): RunFile | undefined {
    this.#checkOpen();
    return this.#runs.get(runId);
  }

  #write(run: RunFile): void {
    this.#save(`run-${run.id}`, run);
    this.#runs.set(run.id, run);
  }

  #savePlan(of: { readonly planHash: string; readonly plan?: unknown } | undefined): void {
    if (of?.plan !== undefined) this.#save(`plan-${of.planHash}`, of.plan);
  }

  #save(name: string, value: unknown): void {
    this.#checkOpen();
    writeFileSync(join(this.#folder, "new"), m.encodeData(value));
    renameSync(join(this.#folder, "new"), this.#path(name));
  }

  #path(name: string): string {
    const [kind, ...id] = name.split("-");
    // an id is any text of any length, a file's name is not
    return join(this.#folder, `${kind}-${createHash("sha256").update(id.join("-")).digest("hex")}`);
  }

  #checkOpen(): void {
    if (this.#closed) throw m.persistenceClosed();
  }
}
