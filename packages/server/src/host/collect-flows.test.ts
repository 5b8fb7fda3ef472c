import { Flow, start } from "millrace";
import { afterEach, expect, test, vi } from "vitest";
import { collectFlows } from "./collect-flows.js";

afterEach(() => vi.unstubAllEnvs());

test("a name that a minifier has given to a class is refused where it would be stored", async () => {
  class ab extends Flow {
    @start() one() {
      return 1;
    }
  }
  class Named extends ab {
    static flowName = "Go";
  }
  expect([...(await collectFlows({ flows: [ab, Named] }, {})).keys()]).toEqual(["ab", "Go"]);
  vi.stubEnv("NODE_ENV", "production");
  await expect(collectFlows({ flows: [ab] }, {})).rejects.toMatchObject({
    code: "SERVER_OPTION_INVALID",
    message: 'A flow is named "ab", as minifiers name classes.',
    hint: expect.stringContaining("static flowName"),
  });
  expect([...(await collectFlows({ flows: [Named] }, {})).keys()]).toEqual(["Go"]);
});
