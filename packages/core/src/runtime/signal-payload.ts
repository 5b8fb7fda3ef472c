import { FlowError, listProblems, nearest } from "../errors/index.js";
import { finishValue, parseStrict } from "../state/index.js";
import type { CompiledFlow } from "./compiled-flow.js";

/**
 * A signal's payload as it is to be stored, checked by the signal's schema.
 * @throws {FlowError} SIGNAL_UNKNOWN, SIGNAL_INVALID
 */
export function signalPayload({ plan, definition }: CompiledFlow, name: string, payload: unknown): unknown {
  if (!plan.signals.includes(name)) {
    const near = nearest(name, plan.signals);
    const known = plan.signals.map((signal) => `"${signal}"`).join(", ") || "none";
    throw new FlowError("SIGNAL_UNKNOWN", `Flow "${plan.flow}" has no signal "${name}"; its signals: ${known}.`, {
      hint: near ? `Did you mean "${near}"?` : 'Let a step wait for it: signal("…").',
    });
  }
  const schema = definition.signals.get(name);
  if (!schema) return finishValue(payload, `the payload of signal "${name}"`);
  const parsed = parseStrict(schema, payload);
  if (parsed.ok) return finishValue(parsed.value, `the payload of signal "${name}"`);
  const { problems } = parsed;
  const listed = listProblems(problems, "payload");
  throw new FlowError("SIGNAL_INVALID", `The payload does not fit signal "${name}": ${listed}`, {
    hint: "Nothing was stored; send it again with a payload that fits the signal's schema.",
    details: { problems },
  });
}
