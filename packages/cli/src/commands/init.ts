/** `millrace init`: a first flow in a project that is there already. */
import { resolve } from "node:path";
import { exitCodes } from "../output/exit-codes.js";
import { reportError } from "../output/report-error.js";
import { type GlobalFlags, isDebug, outputFor } from "./context.js";

export interface InitFlags extends GlobalFlags {
  /** False by `--no-install`. */
  readonly install?: boolean;
}

/** Ends the process. It does not open the project: its config may be about to be made. */
export async function init(folder: string, flags: InitFlags): Promise<never> {
  const out = outputFor(flags);
  const { addToProject, install, packageManager } = await import("create-millrace");
  try {
    const { written, kept, added, folder: home } = addToProject(resolve(folder));
    out.object({ ok: true, folder: home, written, kept, added });
    for (const file of written) out.note(`wrote  ${file}`);
    for (const file of kept) out.note(`kept   ${file}, which was there`);
    const manager = await packageManager(home);
    const installs = added.length > 0 && flags.install !== false;
    const installed = installs && (await install(home, manager.install));
    if (installs && !installed) out.tell(`${manager.install.join(" ")} has failed; the files are there.`);
    const first = added.length > 0 && !installed ? [manager.install.join(" ")] : [];
    out.note(`Next: ${[...first, `${manager.exec} millrace run Review --input topic=rivers`].join(", then ")}`);
    await out.flush();
    process.exit(installs && !installed ? exitCodes.failed : exitCodes.completed);
  } catch (error) {
    const exitCode = reportError(error, { out, debug: isDebug(flags) });
    await out.flush();
    process.exit(exitCode);
  }
}
