/** The config, and the flows that it names. */
import { FlowError } from "millrace";
import { configuredFlows } from "../project/find-flow.js";
import type { Project } from "../project/open-project.js";
import { type Finding, fail, ok, warn } from "./finding.js";

export async function projectFindings(project: Project): Promise<readonly Finding[]> {
  const { configFile, root } = project;
  if (configFile === undefined) {
    return [ok("project", `${root}, without a config: flows are named by their files`)];
  }
  const { flows, failures } = await configuredFlows(project);
  const plans = flows.flatMap(({ name, flowClass }) => {
    try {
      flowClass.plan();
      return [];
    } catch (error) {
      return [failed(`The flow ${name}`, error)];
    }
  });
  const names = flows.map(({ name }) => name).join(", ");
  // of files that can't be loaded nobody knows what they have
  const known = flows.length > 0 ? [ok("project", `${configFile}: ${names}`)] : [];
  const listed =
    flows.length + failures.length > 0
      ? known
      : [
          warn(
            "project",
            `${configFile} names no flows.`,
            'Name their files: flows: ["src/flows/*.ts"], documents: ["src/flows/*.yaml"]',
          ),
        ];
  return [...listed, ...failures.map(({ error, file }) => failed(file ?? "A file of `flows`", error)), ...plans];
}

/** What opening a project, or looking at a part of it, failed with. */
export function failed(what: string, error: unknown): Finding {
  const message = error instanceof Error ? error.message : String(error);
  const hint = FlowError.is(error) ? error.hint : "Run it again with --debug.";
  return fail("project", message.includes(what) ? message : `${what}: ${message}`, hint);
}
