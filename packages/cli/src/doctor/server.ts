/** Whether a server of the project would start: its options, its schedules, its address. Nothing is run, and nothing is stored. */
import { type FlowClock, FlowError, MemoryPersistence } from "millrace";
import { configuredFlows } from "../project/find-flow.js";
import { importFor } from "../project/import-for.js";
import type { Project } from "../project/open-project.js";
import { listenSettings, serverSettings } from "../project/server-settings.js";
import { type Finding, fail, ok } from "./finding.js";

/** Nothing becomes due while it is looked. */
const still = (now: number): FlowClock => ({ now: () => now, setTimer: () => () => undefined });

/** Of a project whose config says nothing of a server: none. */
export async function serverFindings(project: Project): Promise<readonly Finding[]> {
  const { server: settings, schedules } = project.config;
  if (!settings && !schedules) return [];
  const { flows } = await configuredFlows(project);
  try {
    const { createServer } = await importFor<typeof import("@millrace/server")>(project.root, "@millrace/server");
    const server = await createServer({
      // what makes a secret, or keeps one, is none of an examination's business
      ...serverSettings({ ...project, database: ":memory:" }),
      flows: flows.map(({ flowClass }) => flowClass),
      persistence: new MemoryPersistence(),
      clock: still(Date.now()),
      recoverEvery: false,
    });
    try {
      const where = listenSettings(project, {});
      const { hostname } = await server.listen({ ...where, port: 0 });
      const told = [
        `${where.port ?? 3000} on ${hostname}`,
        ...(schedules?.length ? [`${schedules.length} scheduled`] : []),
      ];
      return [ok("server", told.join(", "))];
    } finally {
      await server.close();
    }
  } catch (error) {
    if (!FlowError.is(error)) throw error;
    return [fail("server", `It would not start: ${error.message}`, error.hint ?? "Correct the config.")];
  }
}
