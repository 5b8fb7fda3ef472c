import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MockLanguageModelV3 } from "ai/test";
import { FlowError } from "millrace";
import { afterEach, describe, expect, test } from "vitest";
import { findModel } from "./find-model.js";
import { modelName } from "./model-name.js";
import { costOf } from "./prices.js";
import { provideModels, providePrices } from "./provided.js";

const undo: (() => void)[] = [];
afterEach(() => {
  for (const one of undo.splice(0)) one();
});
const mock = (modelId: string, provider = "acme") => new MockLanguageModelV3({ provider, modelId });
const project = (...packages: readonly [name: string, source: string][]) => {
  const root = mkdtempSync(join(tmpdir(), "models-"));
  for (const [name, source] of packages) {
    const folder = join(root, "node_modules", name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, "package.json"),
      JSON.stringify({ name, type: "module", exports: { ".": { import: "./i.js", default: "./i.js" } } }),
    );
    writeFileSync(join(folder, "i.js"), source);
  }
  return root;
};
const sdk = (name: string) =>
  `export const VERSION = "1"; export const create = () => 0;
   export const ${name} = Object.assign((id) => ({ provider: "${name}", modelId: id }), { languageModel: (modelId) => ({ provider: "${name}", modelId, specificationVersion: "v3" }) });`;

describe("a model by name", () => {
  test("is what the project's own provider answers, function or provider", async () => {
    undo.push(provideModels({ acme: (id) => mock(id), other: { languageModel: (id) => mock(id, "other.chat") } }));
    expect(await findModel("acme/fast/1")).toMatchObject({ name: "acme/fast/1", model: { modelId: "fast/1" } });
    expect(await findModel("other/slow")).toMatchObject({ name: "other/slow", model: { provider: "other.chat" } });
  });

  test("is what an installed provider answers, from the project's folder", async () => {
    const root = project(
      ["@ai-sdk/openai", sdk("openai")],
      ["@ai-sdk/amazon-bedrock", sdk("bedrock")],
      ["@ai-sdk/google-vertex", sdk("vertex")],
    );
    expect(await findModel("openai/gpt-5", { root })).toMatchObject({
      name: "openai/gpt-5",
      model: { provider: "openai", modelId: "gpt-5" },
    });
    for (const name of ["bedrock/a", "amazon-bedrock/a"])
      expect(await findModel(name, { root })).toMatchObject({ name, model: { provider: "bedrock", modelId: "a" } });
    expect(await findModel("vertex/a", { root })).toMatchObject({ model: { provider: "vertex" } });
    undo.push(provideModels({ openai: (id) => mock(id) }));
    expect(await findModel("openai/gpt-5", { root })).toMatchObject({ model: { provider: "acme" } });
  });

  test("is the default provider's, by its whole name", async () => {
    const global = globalThis as { AI_SDK_DEFAULT_PROVIDER?: unknown };
    global.AI_SDK_DEFAULT_PROVIDER = { languageModel: (id: string) => mock(id, "gateway") };
    undo.push(() => delete global.AI_SDK_DEFAULT_PROVIDER);
    expect(await findModel("nobody/m")).toMatchObject({ name: "nobody/m", model: { modelId: "nobody/m" } });
    expect(await findModel("plain")).toMatchObject({ model: { modelId: "plain" } });
  });

  test.each<[string, string, RegExp, RegExp]>([
    ["misspelt", "opnai/gpt-5", /serves models of "opnai"; is "openai" meant/, /npm install @ai-sdk\/openai`/],
    ["not installed", "anthropic/claude", /serves models of "anthropic"\./, /npm install @ai-sdk\/anthropic/],
    ["by another name", "bedrock/x", /models of "bedrock"\./, /npm install @ai-sdk\/amazon-bedrock/],
    ["near the project's own", "acmee/x", /is "acme" meant/, /as it was given to `provideModels`/],
    ["unheard of", "zzzzzzz/x", /models of "zzzzzzz"\./, /provideModels\(\{ zzzzzzz: … \}\)/],
    ["without provider", "gpt-5", /does not say who serves/, /"openai\/gpt-5"/],
    ["empty", "", /does not say who serves/, /"openai\/gpt-5"/],
    ["a path", "../../etc/passwd", /Nobody here serves/, /provideModels/],
  ])("that nobody serves: %s", async (...[, name, message, hint]) => {
    undo.push(provideModels({ acme: (id) => mock(id) }));
    const error = await findModel(name, { root: project() }).catch((error: unknown) => error);
    expect(FlowError.is(error, "AI_MODEL_UNKNOWN") && [error.message, error.hint]).toEqual([
      expect.stringMatching(message),
      expect.stringMatching(hint),
    ]);
  });

  test("that its provider does not have", async () => {
    const none = () => {
      throw Object.assign(new Error("No such languageModel: x"), { name: "AI_NoSuchModelError" });
    };
    undo.push(
      provideModels({
        acme: none,
        bad: () => undefined as never,
        broken: () => {
          throw new Error("no disk");
        },
      }),
    );
    for (const name of ["acme/x", "bad/x"])
      await expect(findModel(name)).rejects.toThrow(`The provider of "${name}" has no such model.`);
    await expect(findModel("broken/x")).rejects.toThrow("no disk");
  });

  test("is no text and no model", async () => {
    for (const wrong of [undefined, null, 5, {}])
      expect(FlowError.is(await findModel(wrong as never).catch((error: unknown) => error), "AI_MODEL_UNKNOWN")).toBe(
        true,
      );
  });

  test("takes back what was provided", async () => {
    const first = provideModels({ acme: (id) => mock(id, "first") });
    const second = provideModels({ acme: (id) => mock(id, "second") });
    second();
    expect(await findModel("acme/x")).toMatchObject({ model: { provider: "first" } });
    first();
    await expect(findModel("acme/x", { root: project() })).rejects.toThrow("Nobody here serves");
  });
});

test("a model's name", () => {
  expect(modelName({ provider: "openai.responses", modelId: "gpt-5" })).toBe("openai/gpt-5");
  expect(modelName({ provider: "openrouter", modelId: "meta/llama" })).toBe("openrouter/meta/llama");
  expect(modelName({ provider: "gateway", modelId: "openai/gpt-5" })).toBe("openai/gpt-5");
});

describe("what a request has cost", () => {
  const prices = { "a/m": { input: 2, output: 10, cachedInput: 0.5 } };
  test("by million tokens, cached ones for less", () => {
    expect(costOf("a/m", { input: 1_000_000, output: 100_000 }, prices)).toBeCloseTo(3);
    expect(costOf("a/m", { input: 1_000_000, cachedInput: 600_000, output: 0 }, prices)).toBeCloseTo(1.1);
    expect(costOf("b/m", { input: 1e6, cachedInput: 1e6 }, { "b/m": { input: 1, output: 1 } })).toBeCloseTo(1);
    expect(costOf("a/m", { input: 10, cachedInput: 20 }, prices)).toBeCloseTo(10 * 0.5e-6);
  });
  test("is not known without a price, or without tokens", () => {
    expect(costOf("b/m", { input: 1 }, prices)).toBeUndefined();
    expect(costOf("toString", { input: 1 }, prices)).toBeUndefined();
    expect(costOf("a/m", {}, prices)).toBeUndefined();
  });
  test("by the project's prices, and those of the call before them", () => {
    undo.push(providePrices({ "a/m": { input: 1, output: 1 }, "c/m": { input: 4, output: 4 } }));
    expect(costOf("c/m", { input: 1e6 })).toBeCloseTo(4);
    expect(costOf("a/m", { input: 1e6 }, prices)).toBeCloseTo(2);
  });
});
