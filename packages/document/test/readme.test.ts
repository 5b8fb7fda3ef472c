/** The document that the project's README shows. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadDocument } from "@millrace/document";
import { Flow, listen, start } from "millrace";
import { expect, test } from "vitest";

class Greeting extends Flow {
  static flowName = "greeting";
  @start() greet() {
    return "Hello";
  }
  @listen("greet") shout(greet: string) {
    return `${greet}!`;
  }
}

test("the README's document runs, and has the plan of a class with the same steps", async () => {
  const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
  const [, yaml] = /```yaml\n([\s\S]*?)```/.exec(readme)!;
  const file = join(mkdtempSync(join(tmpdir(), "readme-")), "greeting.yaml");
  writeFileSync(file, yaml!);
  const { flows } = await loadDocument(file);
  const result = await new flows.greeting!().kickoff({ name: "Ada" });
  expect(result).toMatchObject({ status: "completed", output: "Hello, Ada!" });
  expect(flows.greeting!.plan().hash).toBe(Greeting.plan().hash);
});
