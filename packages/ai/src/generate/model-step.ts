/**
 * One model step: the model is asked, and its answer kept. What was kept by an earlier attempt is told again out of the journal.
 */
import { sourceChunk } from "../answer/answer-reader.js";
import { chunkTeller, type Tell } from "../answer/chunk-teller.js";
import { isLast, type StoredAnswer, textOf } from "../answer/stored-answer.js";
import type { Request } from "./ask-model.js";
import { askUntilItFits } from "./ask-until-it-fits.js";
import type { PreparedCall } from "./prepared-call.js";

export interface ModelStep {
  readonly answer: StoredAnswer;
  readonly place: string;
  /** For what belongs to it: it knows whether this is told for the first time. */
  readonly tell: Tell;
  /** Whether it was read from the journal. */
  readonly replayed: boolean;
}

export interface ModelStepRequest extends Pick<Request, "messages" | "final"> {
  readonly number: number;
}

export async function modelStep(call: PreparedCall, { number, ...asked }: ModelStepRequest): Promise<ModelStep> {
  const { tools, stream } = call;
  const place = `${call.place}:${number}`;
  const live = chunkTeller(tools, { stream, replayed: false });
  let replayed = true;
  const answer = (await tools.once(`${call.key}.${number}`, () => {
    replayed = false;
    return askUntilItFits(call, { ...asked, place, tell: live });
  })) as StoredAnswer;
  if (!replayed) return { answer, place, tell: live, replayed };
  const tell = chunkTeller(tools, { stream, replayed });
  tellAgain(answer, { place, tell, call });
  return { answer, place, tell, replayed };
}

/** An answer out of the journal, whole, under the ids that its parts had. */
function tellAgain(
  answer: StoredAnswer,
  { place, tell, call }: { readonly place: string; readonly tell: Tell; readonly call: PreparedCall },
): void {
  tell({ type: "start-step", id: place });
  const counts = { text: 0, reasoning: 0 };
  for (const part of answer.content) {
    if (part.type === "text" && call.output) continue;
    if ((part.type === "text" || part.type === "reasoning") && part.text !== "") {
      const id = `${place}:${part.type}-${++counts[part.type]}`;
      tell({ type: `${part.type}-start`, id });
      tell({ type: `${part.type}-delta`, id, delta: part.text });
      tell({ type: `${part.type}-end`, id });
    }
    if (part.type === "file")
      tell({ type: "file", mediaType: part.mediaType, url: `data:${part.mediaType};base64,${part.data}` });
    if (part.type === "tool-call" && part.providerExecuted) {
      const { toolCallId, toolName, input } = part;
      tell({ type: "tool-input-available", toolCallId, toolName, input, dynamic: true, providerExecuted: true });
    }
    if (part.type === "tool-result") tellResult(part, tell);
  }
  for (const source of answer.sources ?? []) tell(sourceChunk(source));
  if (call.output && isLast(answer))
    tell({ type: "object-delta", id: `${place}:object`, object: call.output.read(textOf(answer)) });
}

function tellResult(
  { toolCallId, output }: { readonly toolCallId: string; readonly output: unknown },
  tell: Tell,
): void {
  const { type, value } = output as { readonly type: string; readonly value: unknown };
  if (type === "error-json")
    tell({ type: "tool-output-error", toolCallId, errorText: "The provider's tool failed.", providerExecuted: true });
  else tell({ type: "tool-output-available", toolCallId, output: value, providerExecuted: true });
}
