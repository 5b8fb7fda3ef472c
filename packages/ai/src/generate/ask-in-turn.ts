/** Of several models the next is asked where one fails before anything of its answer has come. */
import { FlowError } from "millrace";
import type { StoredAnswer } from "../answer/stored-answer.js";
import { askModel, FailedAnswer, nameOf, type Request } from "./ask-model.js";
import type { PreparedCall } from "./prepared-call.js";

export async function askInTurn(call: PreparedCall, request: Request): Promise<StoredAnswer> {
  const fallbacks: { model: string; code: string }[] = [];
  for (const [index, model] of call.models.entries()) {
    try {
      const answer = await askModel(model, call, request);
      return fallbacks.length > 0 ? { ...answer, fallbacks } : answer;
    } catch (thrown) {
      if (!(thrown instanceof FailedAnswer)) throw thrown;
      const { error, begun } = thrown;
      const isLastOne = index === call.models.length - 1;
      if (begun || isLastOne || call.tools.call.abortSignal.aborted || !FlowError.is(error)) throw error;
      call.tools.call.logger.warn(`${error.message} The next model is asked.`);
      fallbacks.push({ model: nameOf(model), code: error.code });
    }
  }
  throw new FlowError("INTERNAL", "A model's call has no model.");
}
