/**
 * The fields of an entry as they are written: most of what a store keeps are completed calls, so their fields have short
 * names and their patches are lists. A field that can be told from the others is left out: the number of a first call, inputs
 * that are what stands in the initial state.
 */
import type { PathKey, StatePatch, StatePath } from "../state/index.js";
import type { JournalEntry } from "./journal.js";

type Fields = Record<string, unknown>;
type Completed = Extract<JournalEntry, { type: "completed" }>;
type Labels = NonNullable<Completed["labels"]>;

/** Of entries about a call, by the name that they are written with. */
const written = {
  call: "c",
  step: "s",
  number: "n",
  index: "i",
  turn: "t",
  output: "o",
  labels: "l",
  patches: "p",
  approval: "a",
  usage: "u",
} as const;
const read: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(written).map(([name, short]) => [short, name]),
);

export function packFields(entry: JournalEntry): Fields {
  if (entry.type === "completed") return packCompleted(entry);
  const fields: Fields = {};
  for (const name in entry) {
    const value = entry[name as keyof JournalEntry] as unknown;
    if (value === undefined || name === "type" || name === "at") continue;
    if (name === "inputs" && entry.type === "started" && isPartOf(value, entry.state))
      fields.given = Object.keys(value);
    else if (!("call" in entry)) fields[name] = value;
    else if (name !== "number" || value !== 1) fields[written[name as keyof typeof written] ?? name] = value;
  }
  return fields;
}

/** The way back. What it makes is frozen; `fields` are. */
export function unpackFields(fields: Fields): Fields {
  const entry: Fields = {};
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    if (name === "p") entry.patches = Object.freeze((value as readonly PackedPatch[]).map(unpackPatch));
    else if (name === "l") entry.labels = Object.freeze((value as readonly PackedLabel[]).map(unpackLabel));
    else if (name === "given") entry.inputs = partOf(fields.state as Fields, value as readonly string[]);
    else entry[read[name] ?? name] = value;
  }
  if ("call" in entry) entry.number ??= 1;
  return entry;
}

function packCompleted({
  call,
  step,
  number,
  index,
  turn,
  output,
  labels,
  patches,
  approval,
  usage,
}: Completed): Fields {
  const fields: Fields = { c: call, s: step };
  if (number !== 1) fields.n = number;
  if (index !== undefined) fields.i = index;
  if (turn !== undefined) fields.t = turn;
  if (output !== undefined) fields.o = output;
  if (labels !== undefined) fields.l = packLabels(labels);
  if (patches !== undefined) fields.p = patches.map(packPatch);
  if (approval !== undefined) fields.a = approval;
  if (usage !== undefined) fields.u = usage;
  return fields;
}

/** A label whose payload is the label itself: its name alone. */
type PackedLabel = string | readonly [label: string, payload: unknown];

function packLabels(labels: Labels): readonly PackedLabel[] {
  return labels.map(({ label, payload }) => (payload === label ? label : [label, payload]));
}

function unpackLabel(packed: PackedLabel): Labels[number] {
  const [label, payload] = typeof packed === "string" ? [packed, packed] : packed;
  return Object.freeze({ label, payload });
}

/** A path of one key that is a string: the string. */
type PackedPath = string | StatePath;
/** By length: a delete, a set, an append, additions to and removals from a Set. */
type PackedPatch =
  | readonly [PackedPath]
  | readonly [PackedPath, value: unknown]
  | readonly [PackedPath, values: readonly unknown[], "append"]
  | readonly [PackedPath, add: readonly unknown[], remove: readonly unknown[], "members"];

function packPatch(patch: StatePatch): PackedPatch {
  const [first] = patch.path;
  const path = patch.path.length === 1 && typeof first === "string" ? first : patch.path;
  switch (patch.op) {
    case "delete":
      return [path];
    case "set":
      return [path, patch.value];
    case "append":
      return [path, patch.values, "append"];
    case "members":
      return [path, patch.add, patch.remove, "members"];
  }
}

function unpackPatch(packed: PackedPatch): StatePatch {
  const path: readonly PathKey[] = typeof packed[0] === "string" ? Object.freeze([packed[0]]) : packed[0];
  switch (packed.length) {
    case 1:
      return Object.freeze({ op: "delete", path });
    case 2:
      return Object.freeze({ op: "set", path, value: packed[1] });
    case 3:
      return Object.freeze({ op: "append", path, values: packed[1] });
    case 4:
      return Object.freeze({ op: "members", path, add: packed[1], remove: packed[2] });
  }
}

/** Whether all that is in `inputs` stands in the state too, the very same values. */
function isPartOf(inputs: unknown, state: unknown): inputs is Fields {
  if (!isPlainObject(inputs) || !isPlainObject(state)) return false;
  return Object.keys(inputs).every((key) => Object.hasOwn(state, key) && Object.is(inputs[key], state[key]));
}

function isPlainObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function partOf(state: Fields, keys: readonly string[]): Fields {
  return Object.freeze(Object.fromEntries(keys.map((key) => [key, state[key]])));
}
