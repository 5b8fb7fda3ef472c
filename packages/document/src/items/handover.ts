/** What a step that is called per item is handed, so that it finds there what it reads of the item. */
import type { Condition } from "millrace";
import type { Read } from "./item-step.js";
import type { PassedBase } from "./rows.js";

/** `value`: what a step made of the item; `row`: of several names, as a relay has laid them; `names`: a record of names. */
export interface HandedPart {
  readonly step: string;
  readonly holds: "value" | "row" | "names";
}

export interface Handover {
  readonly on: Condition;
  /** One stands alone, several in a record by their steps. */
  readonly parts: readonly HandedPart[];
}

/** For a step that is called after others of a base, and reads these names of an item. */
export function handover({ base, passed }: PassedBase, reads: readonly string[]): Handover {
  const first = { step: base.step, holds: base.holds === "rows" ? "row" : "value" } as const;
  const last = passed.at(-1);
  if (!last) return { on: { kind: "name", name: base.step }, parts: [first] };
  const names = passed.map(({ step }) => step);
  const others = names.filter((name) => name !== last.step && reads.includes(name));
  const list = reads.some((name) => !names.includes(name));
  return {
    on: {
      kind: "elements",
      step: last.step,
      ...(others.length > 0 && { with: others }),
      ...(list && { list: base.step }),
    },
    parts: [
      { step: last.step, holds: last.isGate ? "names" : "value" },
      ...others.map((step) => ({ step, holds: "value" }) as const),
      ...(list ? [first] : []),
    ],
  };
}

/** What there is of the item, by name. */
export function readElement({ parts }: Handover, element: unknown): Read {
  const [alone] = parts;
  if (parts.length === 1) return readPart(alone!, element);
  return Object.assign({}, ...parts.map((part) => readPart(part, (element as Read)[part.step])));
}

function readPart({ step, holds }: HandedPart, value: unknown): Read {
  if (holds === "row") return (value as { readonly of: Read }).of;
  return holds === "names" ? (value as Read) : { [step]: value };
}
