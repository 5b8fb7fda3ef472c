/** Looks at everything that flows need; never throws, whatever it meets. */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { findRoot } from "../project/find-root.js";
import { openProject, type ProjectFlags } from "../project/open-project.js";
import { databaseFindings } from "./database.js";
import type { Finding } from "./finding.js";
import { type Installed, installed } from "./installed.js";
import { modelFindings } from "./models.js";
import { nodeFinding, packageFindings } from "./packages.js";
import { failed, projectFindings } from "./project.js";
import { serverFindings } from "./server.js";
import { typescriptFindings } from "./typescript.js";

export async function examine(cwd: string, flags: ProjectFlags): Promise<readonly Finding[]> {
  const { root } = findRoot(cwd, flags.config ?? (process.env.MILLRACE_CONFIG || undefined));
  const findings = [
    nodeFinding(process.versions.node),
    ...packageFindings(root, ownCore()),
    ...typescriptFindings(root),
  ];
  try {
    const project = await openProject(cwd, flags);
    findings.push(
      ...(await projectFindings(project)),
      ...modelFindings(root),
      ...(await databaseFindings(project)),
      ...(await serverFindings(project)),
    );
    await project.close();
  } catch (error) {
    findings.push(failed("The project can't be opened", error));
  }
  return findings;
}

/** The copy of `millrace` that the command itself uses. */
function ownCore(): Installed | undefined {
  const found = installed("millrace", dirname(fileURLToPath(import.meta.url)));
  return found && { ...found, name: "the command's own" };
}
