/** What a flow is made with: an option that nobody reads is refused, for it would do nothing in silence. */
import { Flow, MemoryPersistence, start } from "millrace";
import { expect, test } from "vitest";

class Hello extends Flow<{ n: number }> {
  override initialState = { n: 1 };
  @start() hi() {
    return this.state.n;
  }
}

const make = (options: unknown) => () => new Hello(options as never);
const refused = (message: string, hint: string) =>
  expect.objectContaining({ code: "PLAN_OPTION_INVALID", message, hint: expect.stringContaining(hint) });

test.each<[unknown, string, string]>([
  [{ persistance: new MemoryPersistence() }, 'new Hello(…) has an unknown option "persistance".', '"persistence"'],
  [{ persist: true }, 'new Hello(…) has an unknown option "persist".', ""],
  [{ persistence: "flows.db" }, "The `persistence` of new Hello(…) stores no runs.", "new SqlitePersistence("],
  [{ persistence: MemoryPersistence }, "The `persistence` of new Hello(…) stores no runs.", "Give an instance"],
  [{ persistence: null }, "The `persistence` of new Hello(…) stores no runs.", "or leave it away"],
  [null, "new Hello(…) takes an object of options.", "persistence"],
  ["flows.db", "new Hello(…) takes an object of options.", "persistence"],
])("%j is refused", (options, message, hint) => {
  expect(make(options)).toThrow(refused(message, hint));
});

test("what is undefined is left away, and of a subclass the name is told", async () => {
  class More extends Hello {}
  const options: object = { persistence: undefined, extra: undefined };
  expect(await new More(options).kickoff()).toMatchObject({ output: 1 });
  expect(() => new More({ strikt: true } as never)).toThrow(
    refused('new More(…) has an unknown option "strikt".', '"strict"'),
  );
});

test("a state to begin with that is static is refused", () => {
  class Wrong extends Flow<{ n: number }> {
    static initialState = { n: 1 };
    @start() hi() {
      return this.state.n;
    }
  }
  expect(() => Wrong.plan()).toThrow(
    expect.objectContaining({
      code: "DEFINITION_STATIC_INVALID",
      message: "`static initialState` of Wrong is not read.",
      hint: expect.stringContaining("without `static`"),
    }),
  );
});
