import { FlowError } from "millrace";
import { expect, test } from "vitest";
import { rateLimit } from "./rate-limit.js";

test("whoever asks from ever new addresses takes no more memory, and is held up all the same", async () => {
  const count = rateLimit({ requests: 1, per: "1h" })!;
  for (let i = 0; i < 50_000; i++) await count(`address ${i}`);
  const refused: unknown[] = [];
  // those who come later share 4,096 counts of one request each
  for (let i = 50_000; i < 60_000; i++) await count(`address ${i}`).catch((error: unknown) => refused.push(error));
  expect(refused.length).toBeGreaterThanOrEqual(10_000 - 4_096);
  expect(refused.length).toBeLessThan(10_000 - 1_000);
  expect(refused.every((error) => FlowError.is(error, "SERVER_RATE_LIMITED"))).toBe(true);
  await expect(count("address 7")).rejects.toMatchObject({ code: "SERVER_RATE_LIMITED" });
});

test("who was counted singly is so again when the time is over", async () => {
  const count = rateLimit({ requests: 1, per: 50 })!;
  await count("a");
  await expect(count("a")).rejects.toMatchObject({ code: "SERVER_RATE_LIMITED" });
  await expect
    .poll(
      () =>
        count("a").then(
          () => "counted",
          () => "refused",
        ),
      { timeout: 30_000 },
    )
    .toBe("counted");
});
