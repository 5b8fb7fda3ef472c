/** What all files together hold, by kind and name. Two of one name are a problem that names both places. */
import type { Problems } from "../problems/index.js";
import { documentSchemaZod } from "../schema/fields.js";
import { reportIssues } from "../schema/report-issues.js";
import { type MapNode, type Path, type Place, type SourceNode, toData } from "../source/index.js";
import type { SourceFile } from "./read-files.js";

/** Something with a name, and where it stands. */
export interface Named {
  readonly name: string;
  readonly node: SourceNode;
  /** From the top of its file. */
  readonly path: Path;
  /** Where it is named. */
  readonly place: Place;
}

export interface Sections {
  readonly flows: readonly Named[];
  readonly types: ReadonlyMap<string, Named>;
  readonly connections: ReadonlyMap<string, Named>;
  readonly steps: ReadonlyMap<string, Named>;
  readonly tools: ReadonlyMap<string, Named>;
  readonly models: ReadonlyMap<string, Named>;
  readonly memories: ReadonlyMap<string, Named>;
  /** Of the first file that says so. */
  readonly name?: string;
  readonly version?: string;
  readonly description?: string;
}

export function readSections(files: readonly SourceFile[], problems: Problems): Sections {
  const flows = new Map<string, Named>();
  const sections = {
    types: new Map<string, Named>(),
    connections: new Map<string, Named>(),
    steps: new Map<string, Named>(),
  };
  /** Sections that may be lists. */
  const listed = {
    tools: new Map<string, Named>(),
    models: new Map<string, Named>(),
    memories: new Map<string, Named>(),
  };
  for (const { top } of files) {
    const checked = documentSchemaZod.safeParse(toData(top));
    if (!checked.success) {
      reportIssues(problems, checked.error, { node: top, path: [], what: "a document", schema: documentSchemaZod });
    }
    for (const [section, found] of Object.entries(sections)) {
      for (const named of entriesOf(top, section)) addOnce(found, named, { kind: section.slice(0, -1), problems });
    }
    for (const [section, found] of Object.entries(listed)) {
      const kind = section === "memories" ? "memory" : section.slice(0, -1);
      for (const named of listedIn(top, section)) addOnce(found, named, { kind, problems });
    }
    for (const named of listedIn(top, "flows")) addOnce(flows, named, { kind: "flow", problems });
  }
  return { flows: [...flows.values()], ...sections, ...listed, ...headOf(files) };
}

function addOnce(
  found: Map<string, Named>,
  named: Named,
  { kind, problems }: { kind: string; problems: Problems },
): void {
  const first = found.get(named.name);
  if (!first) {
    found.set(named.name, named);
    return;
  }
  const { file, line, column } = first.place;
  problems.add(
    "DOCUMENT_DUPLICATE",
    { place: named.place, path: named.path },
    {
      message: `The ${kind} "${named.name}" is there already, at ${file}:${line}:${column}.`,
      hint: "Rename one of the two.",
    },
  );
}

function entriesOf(top: MapNode, section: string): readonly Named[] {
  const node = top.entries.get(section)?.value;
  if (node?.kind !== "map") return [];
  return [...node.entries].map(([name, { place, value }]) => ({ name, node: value, path: [section, name], place }));
}

/** Those without an id get none: what is wrong with them is found when they are checked. */
function listedIn(top: MapNode, section: string): readonly Named[] {
  const node = top.entries.get(section)?.value;
  if (node?.kind === "map") return entriesOf(top, section).map((named) => ({ ...named, node: withId(named) }));
  if (node?.kind !== "list") return [];
  return node.items.map((item, i) => {
    const id = item.kind === "map" ? item.entries.get("id")?.value : undefined;
    const name = id?.kind === "scalar" && typeof id.value === "string" ? id.value : `\u0000${item.place.file}:${i}`;
    return { name, node: item, path: [section, i], place: id?.place ?? item.place };
  });
}

function withId({ name, node, place }: Named): SourceNode {
  if (node.kind !== "map" || node.entries.has("id")) return node;
  const id = { place, value: { kind: "scalar", place, style: "plain", value: name } as const };
  return { ...node, entries: new Map([["id", id], ...node.entries]) };
}

function headOf(files: readonly SourceFile[]): Pick<Sections, "name" | "version" | "description"> {
  const first = (key: string) => {
    for (const { top } of files) {
      const node = top.entries.get(key)?.value;
      if (node?.kind === "scalar" && typeof node.value === "string") return { [key]: node.value };
    }
    return {};
  };
  return { ...first("name"), ...first("version"), ...first("description") };
}
