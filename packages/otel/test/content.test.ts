import { Flow, listen, signal, start } from "millrace";
import { expect, test } from "vitest";
import { observe } from "../src/index.js";
import { Recorder } from "./recorder.js";

const Note = signal("note");

class Letter extends Flow<{ tags: Set<string>; to: string }> {
  override initialState = { tags: new Set<string>(), to: "" };
  @start() write() {
    this.state.tags.add("new");
    return { size: 10n, at: new Date(0), lines: new Map([["a", 1]]) };
  }
  @listen(Note) file(note: unknown) {
    return (note as { from: string }).from;
  }
}

async function told(content: Parameters<typeof observe>[1]) {
  const recorder = new Recorder();
  const flow = new Letter();
  observe(flow, { tracer: recorder.tracer, meter: recorder.meter, ...content });
  const { id } = await flow.kickoff({ to: "Ada" });
  await flow.signal(id, Note, { from: "Bob" });
  return recorder.spans.flatMap(({ name, attributes, events }) =>
    [attributes, ...events.map((event) => event.attributes ?? {})].flatMap((all) =>
      Object.entries(all)
        .filter(([key]) => /inputs|output|payload|patches/.test(key))
        .map(([key, value]) => `${name} ${key} ${value}`),
    ),
  );
}

test("content stands on spans where it is asked for, as JSON", async () => {
  expect(await told({ content: true })).toEqual([
    'step write millrace.step.payload {"to":"Ada"}',
    'step write millrace.step.output {"size":"10","at":"1970-01-01T00:00:00.000Z","lines":[["a",1]]}',
    'run Letter millrace.run.inputs {"to":"Ada"}',
    expect.stringMatching(/^run Letter millrace.state.patches \[.*new.*\]$/),
    'step file millrace.step.payload {"from":"Bob"}',
    'step file millrace.step.output "Bob"',
    'run Letter millrace.run.output "Bob"',
    'run Letter millrace.signal.payload {"from":"Bob"}',
  ]);
});

test("a filter that throws is told in the place of the text, and every span ends", async () => {
  const content = (value: unknown, name: string) => {
    if (name === "millrace.step.output") throw new Error(`no ${typeof value}`);
    return undefined;
  };
  expect(await told({ content })).toEqual([
    "step write millrace.step.output (its filter threw: no object)",
    "step file millrace.step.output (its filter threw: no string)",
  ]);
});

test("a filter says how, and leaves out what it answers undefined for", async () => {
  const content = (value: unknown, name: string) => (name === "millrace.step.output" ? typeof value : undefined);
  expect(await told({ content })).toEqual([
    "step write millrace.step.output object",
    "step file millrace.step.output string",
  ]);
});
