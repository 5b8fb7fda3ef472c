import { expect, test } from "vitest";
import { notStorable } from "./not-storable.js";

test.each<[string, (string | number)[], RegExp]>([
  ["short", ["users", 3, "a b"], / at `users\[3\]\["a b"\]`;/],
  ["100,000 deep", Array.from({ length: 100_000 }, (_, i) => `k${i}`), / at `k0\.k1\..*…k99990\..*k99999`;/],
  ["with a name of a megabyte", ["a".repeat(1_000_000), "b"], / at `aaa+…a+\.b`;/],
])("a path that is %s is told so that it can be read, and is whole in the details", (...[, path, message]) => {
  const error = notStorable("a function", { where: "the state", path });
  expect(error.message).toMatch(message);
  expect(error.message.length).toBeLessThan(400);
  expect(error.details).toEqual({ path, kind: "a function" });
});
