/** What the run of a turn, and those inside of it, ask, or have asked. */
import type { FlowPersistence, JournalEntry, Question } from "millrace";
import type { Host } from "../host/index.js";
import type { Asked } from "./given-answers.js";

type Store = Pick<Host, "persistence">;

/** The questions that are open. */
export async function openQuestions({ persistence }: Store, runId: string): Promise<Question[]> {
  const runs = [runId, ...(await unendedInside(persistence, runId))];
  const pages = await Promise.all(runs.map((id) => persistence.questions({ runId: id, limit: 1000 })));
  return pages.flatMap(({ questions }) => questions);
}

/** Ids of the runs that a run has started, and those have started, and that have not ended. */
async function unendedInside(persistence: FlowPersistence, parent: string): Promise<string[]> {
  const { runs } = await persistence.list({ parent, status: ["running", "waiting"], limit: 1000 });
  const deeper = await Promise.all(runs.map(({ id }) => unendedInside(persistence, id)));
  return [...runs.map(({ id }) => id), ...deeper.flat()];
}

/** A question that people have answered. */
export interface AnsweredQuestion extends Asked {
  readonly answer: unknown;
}

/** Those that were answered, as far back as journals tell. */
export async function answeredQuestions(store: Store, runId: string): Promise<AnsweredQuestion[]> {
  const rows = await store.persistence.history(runId);
  const asked = new Map<string, Asked>();
  const answered: AnsweredQuestion[] = [];
  const inside = new Set<string>();
  for (const { entry } of rows) {
    const question = askedBy(entry);
    if (question) asked.set(question.id, question);
    if (entry.type === "child") inside.add(entry.run);
    if (entry.type !== "answered" || !("value" in entry.answer)) continue;
    const known = asked.get(entry.id);
    if (known) answered.push({ ...known, answer: entry.answer.value });
  }
  const deeper = await Promise.all([...inside].map((id) => answeredQuestions(store, id).catch(() => [])));
  return [...answered, ...deeper.flat()];
}

function askedBy(entry: JournalEntry): Asked | undefined {
  if (entry.type === "asked") return entry;
  return entry.type === "completed" && entry.approval ? { ...entry.approval, value: entry.output } : undefined;
}
