import type { FlowPersistence, Question } from "../ports/index.js";
import { pagesOf } from "./pages.js";
import type { RunMachine } from "./run-machine.js";

/** The open questions of a run's steps that bear other names now, as they are to be listed; their ids stay. */
export async function renamedQuestions(persistence: FlowPersistence, machine: RunMachine): Promise<Question[]> {
  const { runId, calls, scheduler } = machine;
  const names = new Map(
    calls.questions.map(({ call, note }) => [note.id, machine.nameOf(scheduler.call(call)!)] as const),
  );
  const renamed: Question[] = [];
  for await (const { questions } of pagesOf((at) => persistence.questions({ runId, ...at }))) {
    for (const question of questions) {
      const step = names.get(question.id) ?? question.step;
      if (step !== question.step) renamed.push({ ...question, step });
    }
  }
  return renamed;
}
