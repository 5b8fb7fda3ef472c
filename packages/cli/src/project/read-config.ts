/** Loads and checks a project's config: all that is wrong with it at once. */
import { existsSync } from "node:fs";
import { FlowError, nearest } from "millrace";
import { z } from "zod";
import type { MillraceConfig } from "./define-config.js";
import { loadModule } from "./load-module.js";

const duration = z.union([z.number(), z.string()]);
const callable = z.custom<object>(
  (value) => typeof value === "function" || (typeof value === "object" && value !== null),
);

const configSchema = z.strictObject({
  $schema: z.string().optional(),
  flows: z.array(z.union([z.string().min(1), callable])).optional(),
  documents: z.array(z.union([z.string().min(1), z.array(z.string().min(1)).min(1)])).optional(),
  stepTypes: z.array(callable).optional(),
  database: z.string().min(1).optional(),
  durability: z.enum(["process", "power"]).optional(),
  persistence: callable.optional(),
  env: z.record(z.string(), z.string()).optional(),
  maxCalls: z.int().min(1).optional(),
  abortGrace: duration.optional(),
  server: z
    .strictObject({
      port: z.int().min(0).max(65_535).optional(),
      hostname: z.string().min(1).optional(),
      openToAll: z.boolean().optional(),
      auth: callable.optional(),
      limits: callable.optional(),
      chat: callable.optional(),
      links: callable.optional(),
      cors: callable.optional(),
      trustProxy: z.boolean().optional(),
      basePath: z.string().optional(),
      exposeErrors: z.boolean().optional(),
      recoverEvery: z.union([duration, z.literal(false)]).optional(),
    })
    .optional(),
  // what stands in them is checked where they are put, against the flows
  schedules: z.array(callable).optional(),
});

/**
 * @throws {FlowError} CLI_CONFIG_INVALID – it is not there, or holds what it can't
 * @throws {FlowError} CLI_LOAD_FAILED – its code threw, or can't be read
 */
export async function readConfig(file: string): Promise<MillraceConfig> {
  if (!existsSync(file)) {
    throw new FlowError("CLI_CONFIG_INVALID", `There is no config ${file}.`, {
      hint: "Correct --config or MILLRACE_CONFIG, or leave it away: the nearest millrace.config.ts is found by itself.",
    });
  }
  const { default: value } = await loadModule(file);
  const parsed = configSchema.safeParse(value);
  if (!parsed.success) throw invalid(file, value, parsed.error);
  return parsed.data as MillraceConfig;
}

function invalid(file: string, value: unknown, { issues }: z.ZodError): FlowError {
  if (value === undefined) {
    return new FlowError("CLI_CONFIG_INVALID", `${file} has no default export.`, {
      hint: "Write `export default defineConfig({ … })`.",
    });
  }
  const problems = issues.map(({ path, message, ...issue }) => {
    const where = path.join(".");
    if (issue.code !== "unrecognized_keys") return `${where || "the config"}: ${message}`;
    return issue.keys.map((key) => unknownKey([...path, key].join("."), key)).join("; ");
  });
  return new FlowError("CLI_CONFIG_INVALID", `${file}: ${problems.join("; ")}`, {
    hint: `A config has: ${Object.keys(configSchema.shape)
      .filter((key) => !key.startsWith("$"))
      .join(", ")}.`,
    details: { file, problems },
  });
}

function unknownKey(where: string, key: string): string {
  const meant = nearest(key, Object.keys(configSchema.shape));
  return `"${where}" is unknown${meant === undefined ? "" : `; did you mean "${meant}"?`}`;
}
