/** The command's arguments. */
import { parseArgs } from "node:util";

export const workloadIds = ["W1", "W2", "W3", "W4", "W5", "W6", "W7", "W8", "W9", "W10", "W11", "W12", "W13", "W14"];

export const usage = `Usage: pnpm bench [W1 W4 …] [--rounds N] [--peers a,b] [--minutes N] [--quick] [--large]
  W1 … W14          only these workloads (default: all)
  --rounds N        every contender does every workload once a round (default: 3; quick: 1)
  --peers a,b       only these peers: xstate, llamaindex, langgraph, mastra, dbos; "none": floors and Millrace alone
  --minutes N       begin nothing new after so many minutes (default: 15; quick: 3)
  --quick           one short round, without the slowest cells
  --large           W13 also with 1,000,000 stored runs, which takes minutes to make
A run of all workloads that is not quick writes results.md.
MILLRACE_BENCH_POSTGRES=postgresql://… lets DBOS take part, on databases that it makes and drops there.
`;

/** @throws {Error} when an argument is not understood */
export function readOptions(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      rounds: { type: "string" },
      peers: { type: "string" },
      minutes: { type: "string" },
      quick: { type: "boolean", default: false },
      large: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const unknown = positionals.find((id) => !workloadIds.includes(id));
  if (unknown !== undefined)
    throw new Error(`There is no workload ${unknown}. The workloads: ${workloadIds.join(" ")}`);
  const { quick, large, help } = values;
  return {
    help,
    quick,
    large,
    workloads: positionals.length === 0 ? workloadIds : workloadIds.filter((id) => positionals.includes(id)),
    rounds: positive("rounds", values.rounds ?? (quick ? "1" : "3")),
    minutes: positive("minutes", values.minutes ?? (quick ? "3" : "15")),
    peers: values.peers?.split(","),
  };
}

function positive(name, text) {
  const number = Number(text);
  if (!(number > 0)) throw new Error(`--${name} must be a number above 0, not "${text}".`);
  return number;
}
