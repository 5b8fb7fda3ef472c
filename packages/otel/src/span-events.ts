/** Which events of a flow are told as events of a span, and what they say there. */
import type { Attributes } from "@opentelemetry/api";
import type { FlowEvent } from "millrace";
import { attribute } from "./attributes.js";

/** The attribute of a value of the user's, or none. */
type Tell = (name: string, value: unknown) => Attributes;

/** Undefined: it is no event of a span. */
export function spanEvent(event: FlowEvent, tell: Tell): Attributes | undefined {
  switch (event.type) {
    case "signal.received":
      return { [attribute.signal]: event.name, ...tell(attribute.signalPayload, event.payload) };
    case "route.unheard":
      return { [attribute.label]: event.label };
    case "join.starved":
      return { [attribute.held]: [...event.held], [attribute.missing]: [...event.missing] };
    case "state.changed": {
      const patches = tell(attribute.patches, event.patches);
      return attribute.patches in patches ? patches : undefined;
    }
    case "ask.requested":
      return { [attribute.ask]: event.id, ...tell(attribute.askPrompt, event.prompt) };
    case "ask.answered": {
      const { id, answer } = event;
      if ("timedOut" in answer) return { [attribute.ask]: id, [attribute.askTimedOut]: true };
      return { [attribute.ask]: id, [attribute.askTimedOut]: false, ...tell(attribute.askAnswer, answer.value) };
    }
    case "timer.set":
      return { [attribute.timer]: event.key, [attribute.timerUntil]: new Date(event.until).toISOString() };
    case "timer.fired":
      return { [attribute.timer]: event.key };
  }
}
