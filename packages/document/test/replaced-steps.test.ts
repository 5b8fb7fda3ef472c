/** What stands for a document's step in a test is given the step's parameters, as it is for a built one. */

import { runFlow } from "@millrace/testing";
import { expect, test } from "vitest";
import { flowIn, projectOf } from "./support/project.js";

const document = `
flows:
  - id: main
    inputs: { path: text }
    steps:
      - { id: read, type: template, template: "text of {{ input.path }}" }
      - { id: handed, type: template, template: "{{ read }}!" }
      - { id: named, type: template, with: { text: "{{ handed }}", words: 2 }, template: "none" }
      - { id: heard, type: template, on: named, template: "none" }
      - { id: last, type: template, with: { given: "{{ heard }}" }, template: "end" }
`;

test("its parameters, what the step before made, or what its condition hands over", async () => {
  const seen: Record<string, unknown> = {};
  const instead = (name: string) => (given: unknown) => {
    seen[name] = given;
    return `from ${name}`;
  };
  const names = ["read", "handed", "named", "heard", "last"];
  const replace = Object.fromEntries(names.map((name) => [name, instead(name)]));
  const { output } = await runFlow(
    (await flowIn(projectOf({ "flow.yaml": document }))) as never,
    { inputs: { path: "a" }, replace } as never,
  );
  expect(output).toBe("from last");
  expect(seen).toEqual({
    read: { path: "a" },
    handed: "from read",
    named: { text: "from handed", words: 2 },
    heard: "from named",
    last: { given: "from heard" },
  });
});
