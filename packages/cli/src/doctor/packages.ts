/** Node, and whether the packages of Millrace that a project has fit together. */
import { type Finding, fail, ok, warn } from "./finding.js";
import { type Installed, installed, line, major } from "./installed.js";

const names = ["millrace", "sqlite", "document", "ai", "testing", "otel", "server", "cli"].map((name) =>
  name === "millrace" ? name : `@millrace/${name}`,
);

/** The first Node that flows run on. */
const least = [20, 19] as const;

export function nodeFinding(version: string): Finding {
  const [first = 0, second = 0] = version.split(".").map(Number);
  if (first < least[0] || (first === least[0] && second < least[1])) {
    return fail("node", `Node ${version} is too old.`, `Install Node ${least.join(".")} or later.`);
  }
  return ok("node", `Node ${version}`);
}

/** @param own The command's own `millrace`, used where the project has none. */
export function packageFindings(root: string, own: Installed | undefined): readonly Finding[] {
  const found = names.flatMap((name) => installed(name, root) ?? []);
  const core = found.find(({ name }) => name === "millrace");
  if (!core) {
    return [
      warn(
        "packages",
        "This project has no package millrace.",
        "Install it: npm install millrace @millrace/sqlite zod",
      ),
    ];
  }
  const listed = found.map(({ name, version }) => `${name} ${version}`).join(", ");
  return [
    ...unlike(own ? [...found, own] : found, core),
    ...copies(found, { core, root }),
    ...zodFindings(root, core),
    ok("packages", listed),
  ];
}

function unlike(found: readonly Installed[], core: Installed): readonly Finding[] {
  const others = found.filter(({ version }) => line(version) !== line(core.version));
  if (others.length === 0) return [];
  const named = others.map(({ name, version }) => `${name} ${version}`).join(", ");
  const hint = "Bring all packages of Millrace to the same release.";
  return [warn("packages", `millrace is ${core.version}, but ${named}.`, hint)];
}

/** A step whose class comes from one copy is no step to another one's errors and signals. */
function copies(
  found: readonly Installed[],
  { core, root }: { readonly core: Installed; readonly root: string },
): readonly Finding[] {
  const seen = new Map<string, string>([[core.folder, root]]);
  for (const { name, folder } of found) {
    const used = name === "millrace" ? undefined : installed("millrace", folder);
    if (used && !seen.has(used.folder)) seen.set(used.folder, name);
  }
  if (seen.size === 1) return [];
  const listed = [...seen].map(([folder, by]) => `${folder} (of ${by})`).join("; ");
  const hint = "Leave one: npm dedupe, or pnpm dedupe, and the same release of every package.";
  return [warn("packages", `There are ${seen.size} copies of millrace: ${listed}.`, hint)];
}

function zodFindings(root: string, core: Installed): readonly Finding[] {
  const zod = installed("zod", root);
  if (!zod) return [];
  if (major(zod.version) < 4) {
    const hint = "Flows take schemas of zod 4: npm install zod@4";
    return [fail("packages", `zod is ${zod.version}.`, hint)];
  }
  const used = installed("zod", core.folder);
  if (!used || major(used.version) === major(zod.version)) return [];
  const hint = "Bring zod to the same major release as millrace has it.";
  return [warn("packages", `zod is ${zod.version}, but ${used.version} in millrace.`, hint)];
}
