/**
 * A server with a document, bundled to one file beside all that a project may have installed: it builds, and answers. What is native, or
 * is loaded by its name at run time, is not followed.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { run } from "./run.js";

const main = `
import { Flow, start } from "millrace";
import { createServer } from "@millrace/server";
class Hello extends Flow { static flowName = "Hello"; @start() greet() { return "hi"; } }
async function main() {
  const server = await createServer({ flows: [Hello], documents: ["shop.yaml"] });
  const ask = async (flow: string) => {
    const response = await server.fetch(new Request("http://localhost/flows/" + flow + "?wait=20", { method: "POST" }));
    return ((await response.json()) as { output: unknown }).output;
  };
  console.log(JSON.stringify([await ask("Hello"), await ask("orders")]));
  await server.close();
}
void main();
`;

const document = `
flows:
  - id: orders
    steps:
      - { id: table, type: sql, file: shop.db, write: true, sql: "create table if not exists orders (id integer)" }
      - { id: rows, type: sql, file: shop.db, sql: "select count(*) as n from orders", rows: one, as: { n: int } }
    outputs: { n: "{{ rows.n }}" }
`;

test("a server with a document, in one file", () => {
  const home = join(inject("project"), "bundled-server");
  mkdirSync(home);
  writeFileSync(join(home, "main.ts"), main);
  writeFileSync(join(home, "shop.yaml"), document);
  const options = ["--bundle", "--platform=node", "--target=es2022", "--log-level=error"];
  const esbuild = join(inject("project"), "node_modules/esbuild/bin/esbuild");
  run(home, process.execPath, esbuild, "main.ts", ...options, "--format=cjs", "--outfile=main.cjs");
  expect(JSON.parse(run(home, process.execPath, "main.cjs"))).toEqual(["hi", { n: 0 }]);
});
