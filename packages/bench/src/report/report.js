/** The whole report of a run, as markdown. */
import { join } from "node:path";
import { installedVersion, packageFolder } from "../command/contenders.js";
import { footprintOf } from "./footprint.js";
import { loadNow } from "./machine.js";
import { barTable, footprintTable, table, workloadTables } from "./markdown.js";
import { Results } from "./statistics.js";

/** @param {object} run @returns {string} */
export function writeReport({ options, machine, contenders, outcome, begun, ended }) {
  const results = new Results(outcome.records);
  const titles = new Map(contenders.map(({ name, title }) => [name, title]));
  const parts = [
    "# What Millrace costs",
    introduction,
    "## The run",
    table(["", ""], runFacts({ machine, outcome, begun, ended })),
    table(["", "versions"], contenders.map(versionRow)),
    "## The bars",
    barTable(results),
    "## The workloads",
    ...workloadTables(results, titles),
    ...(options.workloads.includes("W8") ? ["### What is installed", footprintTable(footprints(contenders))] : []),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

const introduction =
  "Every number is the median of the rounds; a ratio is the median of the ratios of single rounds, each of two processes that " +
  "ran one shortly after the other. Every step is an empty async function that changes the state; every result was checked. " +
  "Times belong to the machine, ratios travel.";

function runFacts({ machine, outcome, begun, ended }) {
  const minutes = ((ended - begun) / 60_000).toFixed(1);
  const rounds = `${outcome.rounds}${outcome.outOfTime ? ", and a part of another: time was up" : ""}`;
  return Object.entries({
    date: new Date(begun).toISOString().slice(0, 16).replace("T", " "),
    ...machine,
    "load after": loadNow(),
    rounds,
    duration: `${minutes} minutes`,
  });
}

function versionRow(contender) {
  if (contender.leftOut !== undefined) return [contender.title, `left out: ${contender.leftOut}`];
  const versions = contender.packages.map((name) => `${name} ${installedVersion(contender, name) ?? "?"}`);
  return [contender.title, versions.join(", ")];
}

function footprints(contenders) {
  const ofPackage = (name) => join(packageFolder, "node_modules", name);
  return [
    { title: "Millrace", footprint: footprintOf(ofPackage("millrace"), { own: true }) },
    { title: "Millrace with SQLite", footprint: footprintOf(ofPackage("@millrace/sqlite"), { own: true }) },
    ...contenders
      .filter(({ isPeer, leftOut }) => isPeer && leftOut === undefined)
      .map(({ title, folder }) => ({ title, footprint: footprintOf(folder, { own: false }) })),
  ];
}
