import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { linkSecret } from "./link-secret.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-"));
  vi.stubEnv("MILLRACE_SECRET", "");
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test("a secret is made once, beside the database, and nobody else may read it", () => {
  const made = linkSecret(join(folder, "flows.db"));
  expect(made).toMatch(/^[\w-]{43}$/);
  expect(linkSecret(join(folder, "flows.db"))).toBe(made);
  expect(readdirSync(folder)).toEqual(["millrace.secret"]);
  expect(statSync(join(folder, "millrace.secret")).mode & 0o777).toBe(0o600);
});

test("the environment's goes before; where it can't be kept there is none", () => {
  expect(linkSecret(":memory:")).toBeUndefined();
  expect(linkSecret(join(folder, "nowhere", "flows.db"))).toBeUndefined();
  vi.stubEnv("MILLRACE_SECRET", "told");
  expect(linkSecret(join(folder, "flows.db"))).toBe("told");
  expect(readdirSync(folder)).toEqual([]);
});
