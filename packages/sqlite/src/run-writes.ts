/**
 * What each write of the port does inside its transaction. Its first statement is the one that finds out whether the write may
 * be: a refused write has changed nothing.
 */
import {
  type Batch,
  type Claim,
  claimLost,
  encodeData,
  FlowError,
  type InboxMessage,
  type NewRun,
  ownerIsDead,
  type Rest,
  type RunOwner,
  type RunStatus,
  runEnded,
  runExists,
  runNotFound,
  runOwned,
} from "millrace";
import { dueAt, nudge } from "./due-times.js";
import { type EncodedBatch, type EncodedPlan, type EncodedQuestions, encodeBatch, encodeRow } from "./encoded-batch.js";
import { insertLinked } from "./insert-linked.js";
import { checkIdle, checkPrevious, type NewestRun } from "./session-check.js";
import type { SharedTexts } from "./shared-texts.js";
import { type EncodedRow, encodeSharing } from "./sharing-row.js";
import type { Snapshots } from "./snapshots.js";
import type { Statements } from "./statements.js";
import type { Write } from "./write-queue.js";

/** A claim that was given out, and the key of its run. */
export interface GivenClaim {
  readonly claim: Claim;
  /** Absent: the claim was given up again in the same write. */
  readonly key?: number;
  /** A plan that was stored along with it. */
  readonly planHash?: string;
}

interface RunWritesOptions {
  readonly claimMs: number;
  /** Of the runs whose claims were given out here; a run whose claim turns out to be lost is taken from it. */
  readonly keys: Map<string, number>;
  readonly snapshots: Snapshots;
  readonly texts: SharedTexts;
}

export class RunWrites {
  readonly #sql: Statements;
  readonly #claimMs: number;
  readonly #keys: Map<string, number>;
  readonly #snapshots: Snapshots;
  readonly #texts: SharedTexts;
  /** Hashes of plans that are known to be stored. */
  readonly #plans = new Set<string>();
  #lastOwner: { readonly owner: RunOwner; readonly text: string } | undefined;

  constructor(sql: Statements, { claimMs, keys, snapshots, texts }: RunWritesOptions) {
    this.#sql = sql;
    this.#claimMs = claimMs;
    this.#keys = keys;
    this.#snapshots = snapshots;
    this.#texts = texts;
  }

  create(run: NewRun): Write<GivenClaim> {
    const comesFromOthers = run.session ?? run.continues ?? run.forkedFrom;
    const rows: readonly EncodedRow[] = run.rows.map(comesFromOthers === undefined ? encodeRow : encodeSharing);
    const owner = this.#ownerText(run.owner);
    const claim = Object.freeze({ runId: run.id, epoch: 1, owner: run.owner });
    const { id, flow, version, planHash, createdAt, session = null, parent = null } = run;
    const plan = run.plan === undefined || this.#plans.has(planHash) ? undefined : JSON.stringify(run.plan);
    return {
      execute: () => {
        const before = session === null ? undefined : this.#checkSession({ ...run, session });
        const values = [id, flow, version, planHash, createdAt, session, parent, owner, this.#expiry()];
        const linked = run.rest || run.forkedFrom || run.continues ? insertLinked(this.#sql, run, values) : undefined;
        const { changes, lastInsertRowid } = linked?.done ?? this.#sql.insertRun.run(...values);
        if (changes === 0) throw runExists(id);
        const key = Number(lastInsertRowid);
        for (const { seq, entry, shared } of rows) {
          if (shared === undefined) this.#sql.insertEntry.run(seq, entry, key, linked?.epoch ?? 1);
          else this.#sql.insertSharing.run(seq, entry, this.#texts.put(shared), key);
        }
        if (session !== null && (before?.created_at ?? 0) <= createdAt)
          this.#sql.setLatest.run(key, key, before?.key ?? null);
        const given = run.rest ? { claim } : { claim, key };
        if (plan === undefined) return given;
        this.#sql.insertPlan.run(planHash, plan);
        return { ...given, planHash };
      },
    };
  }

  /** What was stored of it is durable. */
  planIsStored(planHash: string): void {
    this.#plans.add(planHash);
  }

  claim(runId: string, owner: RunOwner): Write<GivenClaim> {
    return {
      execute: () => {
        const found = this.#sql.claimed.get(runId) as FoundRow | undefined;
        if (found === undefined) throw runNotFound(runId);
        const holder = liveOwner(found);
        if (holder !== undefined) throw runOwned(runId, holder);
        const { flow, session, status, parent } = found;
        if (session !== null && status !== "running" && status !== "waiting") checkIdle(this.#sql, { flow, session });
        this.#sql.claim.run(this.#ownerText(owner), this.#expiry(), found.key);
        nudge(this.#sql, parent);
        return { claim: Object.freeze({ runId, epoch: found.epoch + 1, owner }), key: found.key };
      },
    };
  }

  append(claim: Claim, batch: Batch): Write<void> {
    return new Append(this, claim, batch);
  }

  /** @internal what an Append does */
  appendNow(claim: Claim, { rows, snapshot, inboxRead, plan, questions }: EncodedBatch, verify: boolean): void {
    const key = this.#keyOf(claim);
    if (rows.length === 0) this.#checkStands(key, claim);
    if (verify) this.#checkFollows(key, claim, rows);
    for (const { seq, entry } of rows) {
      // The first one finds out whether the claim stands; nothing is written yet if it does not.
      if (this.#sql.insertEntry.run(seq, entry, key, claim.epoch).changes === 0) throw this.#lost(claim);
    }
    if (snapshot !== undefined) this.#snapshots.replace(key, snapshot, rows);
    if (inboxRead !== undefined) this.#sql.setInboxRead.run(inboxRead, key, claim.epoch);
    if (plan !== undefined) this.#setPlan(key, plan);
    if (questions !== undefined) this.#ask(key, questions);
  }

  #ask(key: number, { opened, closed }: EncodedQuestions): void {
    for (const [id, askedAt, data] of opened) this.#sql.insertQuestion.run(id, key, askedAt, data);
    for (const id of closed) this.#sql.deleteQuestion.run(id);
  }

  rest(claim: Claim, batch: Batch, rest: Rest): Write<boolean> {
    const { rows, snapshot, plan, questions } = encodeBatch(batch);
    const waitingFor = rest.waitingFor === undefined ? null : encodeData(rest.waitingFor);
    const read = batch.inboxRead ?? 0;
    return {
      execute: (verify) => {
        const key = this.#keyOf(claim);
        if (verify) this.#checkFollows(key, claim, rows);
        const due = dueAt(this.#sql, rest, claim.runId);
        if (this.#sql.rest.run(rest.status, waitingFor, due, read, key, claim.epoch, read).changes === 0) {
          this.#checkStands(key, claim);
          return false;
        }
        // Giving the claim up took the next epoch.
        for (const { seq, entry } of rows) this.#sql.insertEntry.run(seq, entry, key, claim.epoch + 1);
        if (snapshot !== undefined) this.#snapshots.replace(key, snapshot, rows);
        if (plan !== undefined) this.#setPlan(key, plan);
        if (questions !== undefined) this.#ask(key, questions);
        return true;
      },
    };
  }

  heartbeat(claims: readonly Claim[]): Write<readonly Claim[]> {
    const prolong = ({ runId, epoch }: Claim) => {
      const key = this.#findKey(runId);
      return key !== undefined && this.#sql.prolong.run(this.#expiry(), key, epoch).changes === 1;
    };
    return { execute: () => claims.filter((claim) => !prolong(claim) && this.#lost(claim)) };
  }

  release({ runId, epoch }: Claim): Write<void> {
    return {
      atomic: true,
      execute: () => {
        const key = this.#findKey(runId);
        if (key !== undefined) this.#sql.release.run(key, epoch);
      },
    };
  }

  post(runId: string, message: InboxMessage): Write<{ readonly position: number; readonly repeated: boolean }> {
    const { id = null, kind, name, at } = message;
    const payload = encodeData(message.payload);
    return {
      execute: () => {
        const run = this.#sql.addressee.get(runId) as { key: number; status: RunStatus } | undefined;
        if (run === undefined) throw runNotFound(runId);
        const first = id === null ? undefined : (this.#sql.repeatOf.get(run.key, id) as number | undefined);
        if (first !== undefined) return { position: first, repeated: true };
        if (run.status !== "running" && run.status !== "waiting") throw runEnded(runId, run.status);
        const position = (this.#sql.lastPosition.get(run.key) as number) + 1;
        this.#sql.insertMessage.run(run.key, position, id, kind, name, payload, at);
        if (run.status === "waiting") nudge(this.#sql, runId);
        return { position, repeated: false };
      },
    };
  }

  /** A process is one owner: the last one's text is nearly always the one asked for. */
  #ownerText(owner: RunOwner): string {
    if (owner !== this.#lastOwner?.owner) this.#lastOwner = { owner, text: JSON.stringify(owner) };
    return this.#lastOwner.text;
  }

  #setPlan(key: number, { planHash, version, text }: EncodedPlan): void {
    this.#sql.setPlan.run(planHash, version, key);
    if (text !== undefined) this.#sql.insertPlan.run(planHash, text);
  }

  #checkSession(run: NewRun & { readonly session: string }): NewestRun | undefined {
    if (this.#sql.key.get(run.id) !== undefined) throw runExists(run.id);
    return checkPrevious(this.#sql, run);
  }

  #findKey(runId: string): number | undefined {
    return this.#keys.get(runId) ?? (this.#sql.key.get(runId) as number | undefined);
  }

  #keyOf(claim: Claim): number {
    const key = this.#findKey(claim.runId);
    if (key === undefined) throw this.#lost(claim);
    return key;
  }

  #checkStands(key: number, claim: Claim): void {
    if (this.#sql.claimStands.get(key, claim.epoch) === undefined) throw this.#lost(claim);
  }

  #checkFollows(key: number, claim: Claim, rows: EncodedBatch["rows"]): void {
    const [first] = rows;
    if (first === undefined) return;
    this.#checkStands(key, claim);
    const position = (this.#sql.position.get(key, key) as number | null) ?? 0;
    if (first.seq <= position + 1) return;
    const message = `Entry ${first.seq} of run "${claim.runId}" can't be stored: those before it were not.`;
    throw new FlowError("PERSISTENCE_FAILED", message, {
      runId: claim.runId,
      hint: "An earlier write of the run failed; resume the run.",
      details: { position, found: first.seq },
    });
  }

  #lost(claim: Claim): FlowError {
    this.#keys.delete(claim.runId);
    return claimLost(claim);
  }

  #expiry(): number {
    return Date.now() + this.#claimMs;
  }
}

/** What a run does most; a class, since closures for each would be half of its cost. */
class Append implements Write<void> {
  readonly atomic: boolean;
  readonly #writes: RunWrites;
  readonly #claim: Claim;
  readonly #batch: EncodedBatch;

  constructor(writes: RunWrites, claim: Claim, batch: Batch) {
    this.#writes = writes;
    this.#claim = claim;
    this.#batch = encodeBatch(batch);
    const { rows, snapshot, inboxRead, plan, questions } = batch;
    const more = snapshot ?? inboxRead ?? plan ?? questions;
    this.atomic = rows.length === 1 && more === undefined;
  }

  execute(verify: boolean): void {
    this.#writes.appendNow(this.#claim, this.#batch, verify);
  }
}

export interface ClaimedRow {
  readonly key: number;
  readonly epoch: number;
  readonly owner: string | null;
  readonly expires_at: number | null;
}

interface FoundRow extends ClaimedRow {
  readonly status: RunStatus;
  readonly flow: string;
  readonly session: string | null;
  readonly parent: string | null;
}

/** Who holds a standing claim, if it has not expired and its owner may be alive. */
export function liveOwner({ owner, expires_at }: Pick<ClaimedRow, "owner" | "expires_at">): RunOwner | undefined {
  if (owner === null || expires_at === null || expires_at <= Date.now()) return undefined;
  const holder = JSON.parse(owner) as RunOwner;
  return ownerIsDead(holder) ? undefined : holder;
}
