/**
 * One cell in a process of its own.
 *   node entry.js <contender module> --list                     its keys
 *   node entry.js <contender module> <key> --prepare <folder>   does beforehand what the key needs, in the folder
 *   node entry.js <contender module> <key> [<folder>]           measures
 * The last line of the output is RESULT and a JSON value. A contender module exports `cells`: by key ("W4:NORMAL") a function
 * that measures, or `{ prepare, measure }`.
 */
import { pathToFileURL } from "node:url";

const [modulePath = "", key = "", ...rest] = process.argv.slice(2);

async function run() {
  const { cells } = await import(pathToFileURL(modulePath).href);
  if (key === "--list") {
    return Object.entries(cells).map(([name, cell]) => ({ key: name, prepared: typeof cell !== "function" }));
  }
  const cell = cells[key];
  if (cell === undefined) throw new Error(`no cell ${key}`);
  if (typeof cell === "function") return cell();
  if (rest[0] !== "--prepare") return cell.measure(rest[0]);
  await cell.prepare(rest[1]);
  return {};
}

run().then(
  (result) => process.stdout.write(`\nRESULT ${JSON.stringify(result)}\n`, () => process.exit(0)),
  (error) => process.stderr.write(`${error?.stack ?? error}\n`, () => process.exit(1)),
);
