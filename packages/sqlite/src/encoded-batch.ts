/** What a write brings, as text: encoded when it is submitted, outside of its transaction. */
import { type Batch, encodeData, encodeEntry, type JournalRow, type RunPlan } from "millrace";
import type { EncodedSnapshot } from "./snapshots.js";

export interface EncodedBatch {
  readonly rows: readonly { readonly seq: number; readonly entry: string }[];
  readonly snapshot?: EncodedSnapshot | undefined;
  readonly inboxRead?: number | undefined;
  readonly plan?: EncodedPlan | undefined;
  readonly questions?: EncodedQuestions | undefined;
}

export interface EncodedQuestions {
  readonly opened: readonly (readonly [id: string, askedAt: number, data: string])[];
  readonly closed: readonly string[];
}

export interface EncodedPlan {
  readonly planHash: string;
  readonly version: string | null;
  readonly text: string | undefined;
}

export function encodeRow({ seq, entry }: JournalRow): EncodedBatch["rows"][number] {
  return { seq, entry: encodeEntry(entry) };
}

export function encodeBatch({ rows, snapshot, inboxRead, plan, questions }: Batch): EncodedBatch {
  return {
    rows: rows.map(encodeRow),
    snapshot: snapshot && { seq: snapshot.seq, data: encodeData(snapshot.data) },
    inboxRead,
    plan: plan && encodePlan(plan),
    questions: questions && {
      opened: questions.opened.map((question) => [question.id, question.askedAt, encodeData(question)] as const),
      closed: questions.closed,
    },
  };
}

function encodePlan({ planHash, version, plan }: RunPlan): EncodedPlan {
  return { planHash, version, text: plan === undefined ? undefined : JSON.stringify(plan) };
}
