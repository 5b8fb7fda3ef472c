/** Data parts of a reply that have an id, and which step is at work. Same type and id: replaced in place. */
import { dataOf, type ShownData, type ShownPart } from "./shown-part.js";
import type { Say } from "./told-parts.js";
import type { WireChunk } from "./wire-chunk.js";

interface StepNews {
  readonly step: string;
  readonly number: number;
  readonly index?: number;
  readonly status: string;
}

/** Calls of steps that are shown in one reply: a list of ten thousand elements is no news for a chat. */
const mostCalls = 200;

const stepType = "data-flow-method";

export class ReplySteps {
  readonly #parts: ShownPart[];
  readonly #say: Say;
  readonly #byKey = new Map<string, ShownData>();
  #calls = 0;

  constructor(parts: ShownPart[], say: Say) {
    this.#parts = parts;
    this.#say = say;
    for (const part of parts) {
      if (part.kind !== "data" || part.id === undefined) continue;
      this.#byKey.set(`${part.type} ${part.id}`, part);
      if (part.type === stepType) this.#calls += 1;
    }
  }

  step({ step, number, index, status }: StepNews): void {
    const id = [step, number, ...(index === undefined ? [] : [index])].join(":");
    const known = this.has({ type: stepType, id });
    if (!known && (status !== "running" || this.#calls >= mostCalls)) return;
    if (!known) this.#calls += 1;
    this.data({ type: stepType, id, data: { step, number, ...(index !== undefined && { index }), status } });
  }

  has({ type, id }: WireChunk): boolean {
    return this.#byKey.has(`${type} ${id}`);
  }

  data(chunk: WireChunk): void {
    const { type, id, data } = chunk;
    const key = `${type} ${id}`;
    const known = this.#byKey.get(key);
    const part: ShownData = known ?? { kind: "data", type, id: String(id), data };
    part.data = data;
    if (!known) {
      this.#parts.push(part);
      this.#byKey.set(key, part);
    }
    this.#say(dataOf(part));
  }
}
