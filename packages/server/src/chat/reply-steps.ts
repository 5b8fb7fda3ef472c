/** Data parts of a reply: those that steps emit, and which step is at work. Same type and id: replaced in place. */
import { dataOf, type ShownData, type ShownPart } from "./shown-part.js";
import type { WireChunk } from "./wire-chunk.js";

interface StepNews {
  readonly step: string;
  readonly number: number;
  readonly index?: number;
  readonly status: string;
}

/** Calls of steps that are shown in one reply: a list of ten thousand elements is no news for a chat. */
const mostCalls = 200;

export class ReplySteps {
  readonly #parts: ShownPart[];
  readonly #send: (chunk: WireChunk) => void;
  readonly #byKey = new Map<string, ShownData>();
  #calls = 0;

  constructor(parts: ShownPart[], send: (chunk: WireChunk) => void) {
    this.#parts = parts;
    this.#send = send;
    for (const part of parts) {
      if (part.kind !== "data" || part.id === undefined) continue;
      this.#byKey.set(`${part.type} ${part.id}`, part);
      if (part.type === "data-flow-method") this.#calls += 1;
    }
  }

  step({ step, number, index, status }: StepNews): void {
    const type = "data-flow-method";
    const id = [step, number, ...(index === undefined ? [] : [index])].join(":");
    const known = this.#byKey.has(`${type} ${id}`);
    if (!known && (status !== "running" || this.#calls >= mostCalls)) return;
    if (!known) this.#calls += 1;
    this.data({ type, id, data: { step, number, ...(index !== undefined && { index }), status } });
  }

  data({ type, id, data, transient }: WireChunk): void {
    if (transient === true) {
      this.#send({ type, ...(id !== undefined && { id }), data, transient });
      return;
    }
    const key = typeof id === "string" ? `${type} ${id}` : undefined;
    const known = key === undefined ? undefined : this.#byKey.get(key);
    const part: ShownData = known ?? { kind: "data", type, ...(typeof id === "string" && { id }), data };
    part.data = data;
    if (!known) {
      this.#parts.push(part);
      if (key !== undefined) this.#byKey.set(key, part);
    }
    this.#send(dataOf(part));
  }
}
