/** W13: runs as a flow of one step leaves them, and `flow.runs.list`. They are stored without being run: a million take long enough. */
import { SqlitePersistence } from "@millrace/sqlite";
import { Flow, start, thisOwner } from "millrace";
import { sizes } from "../measure/sizes.js";
import { storedRun } from "../workloads/list-runs.js";
import { addStep } from "./add-step.js";
import { fileIn, settle } from "./stores.js";

class Listed extends Flow {}
addStep(Listed, "only", { on: start(), method: async () => 1 });

const plan = Listed.plan();
/** So many are stored in one transaction. */
const together = 1_000;

async function store(persistence, number) {
  const { id, status, createdAt } = storedRun(number);
  const call = { call: 1, step: "only", number: 1 };
  const error = { code: "STEP_FAILED", message: "it failed", hint: "", details: {}, retryable: false };
  const rows = [
    { seq: 1, entry: { type: "started", at: createdAt, inputs: undefined, state: {} } },
    status === "failed"
      ? { seq: 2, entry: { type: "failed", at: createdAt + 1, ...call, attempt: 1, error } }
      : { seq: 2, entry: { type: "completed", at: createdAt + 1, ...call, output: 1 } },
    {
      seq: 3,
      entry: { type: "ended", at: createdAt + 1, status, ...(status === "failed" ? { error } : { output: 1 }) },
    },
  ];
  await persistence.create({
    id,
    flow: plan.flow,
    version: null,
    planHash: plan.hash,
    ...(number === 0 && { plan }),
    createdAt,
    owner: thisOwner(),
    rest: { status },
    rows,
  });
}

export const listRuns = {
  async prepare(folder, runs) {
    const persistence = new SqlitePersistence(fileIn(folder));
    for (let first = 0; first < runs; first += together)
      await Promise.all(Array.from({ length: together }, (_, i) => store(persistence, first + i)));
    persistence.close();
    settle(folder);
  },
  open(folder) {
    const persistence = new SqlitePersistence(fileIn(folder));
    const flow = new Listed({ persistence });
    return {
      /** @param {import("../workloads/list-runs.js").PageQuery} query */
      async page({ status, before }) {
        const page = await flow.runs.list({
          limit: sizes.pageSize,
          ...(status && { status }),
          ...(before !== undefined && { to: before }),
        });
        return page.runs.map(({ id }) => id);
      },
      close: () => persistence.close(),
    };
  },
};
