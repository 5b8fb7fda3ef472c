/** Runs that are driven to their end: what they ask is answered, what they wait for is sent. */
import type { DefinedFlow, RunResult } from "millrace";

type Run = InstanceType<DefinedFlow>;

/** Goes on with a run, or starts it, until it waits for nobody any more. */
export async function driven(flow: Run, id: string, stopSignal?: AbortSignal): Promise<RunResult<Run>> {
  const options = stopSignal ? { stopSignal } : {};
  const isThere = (await flow.runs.get(id)) !== undefined;
  let result = isThere ? await flow.resume(id, options) : await flow.kickoff({ n: 2 } as never, { id, ...options });
  for (let sent = false; result.status === "waiting"; result = await flow.resume(id, options)) {
    // those that were asked in one moment have no order of their own
    const { questions } = await flow.runs.questions({ runId: id });
    const [question] = [...questions].sort((a, b) => (a.prompt < b.prompt ? -1 : 1));
    if (question) await flow.runs.answer(question.id, { outcome: question.prompt.replace("?", "_odd") });
    else if (sent) break;
    else {
      sent = true;
      await flow.signal(id, "go", 3, { id: "go" });
    }
  }
  return result;
}
