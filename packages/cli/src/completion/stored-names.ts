/** Names that only the project knows: flows, runs, questions. No flow is loaded for them. */
import { knownFlows } from "../project/known-flows.js";
import { openProject, type Project } from "../project/open-project.js";

export interface Candidate {
  readonly name: string;
  readonly description: string;
}

/** So many runs and questions are offered, the newest. */
const limit = 50;

export type StoredKind = "flow" | "run" | "question";

/** None where there is no project, or nothing can be read of it. */
export async function storedNames(kind: StoredKind, cwd: string): Promise<readonly Candidate[]> {
  const project = await openProject(cwd);
  try {
    const found = { flow: flowNames, run: runIds, question: questionIds };
    return await found[kind](project);
  } finally {
    await project.close();
  }
}

async function flowNames(project: Project): Promise<readonly Candidate[]> {
  const files = knownFlows(project.root);
  const persistence = await project.persistence({ mustExist: true });
  const { runs } = await persistence.list({ limit });
  const names = new Map(runs.map(({ flow }) => [flow, ""]));
  for (const [name, file] of Object.entries(files)) names.set(name, file);
  return [...names].sort().map(([name, description]) => ({ name, description }));
}

async function runIds(project: Project): Promise<readonly Candidate[]> {
  const persistence = await project.persistence({ mustExist: true });
  const { runs } = await persistence.list({ limit });
  return runs.map(({ id, flow, status, updatedAt }) => ({
    name: id,
    description: `${flow}, ${status}, ${new Date(updatedAt).toISOString().slice(0, 16).replace("T", " ")}`,
  }));
}

async function questionIds(project: Project): Promise<readonly Candidate[]> {
  const persistence = await project.persistence({ mustExist: true });
  const { questions } = await persistence.questions({ limit });
  return [...questions].reverse().map(({ id, flow, prompt }) => ({ name: id, description: `${flow}: ${prompt}` }));
}
