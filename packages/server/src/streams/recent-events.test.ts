import { expect, test } from "vitest";
import { placeText, readPlace } from "./event-place.js";
import { RecentEvents } from "./recent-events.js";

const at = (text: string) => readPlace(text, "after");
const item = (place: string, size = 10) => ({ place: at(place), text: "x".repeat(size) });
const after = (recent: RecentEvents, last: string) => recent.after(at(last)).map(({ place }) => placeText(place!));

test("what was told a moment ago is there for who comes now", () => {
  const recent = new RecentEvents(at("4"));
  expect([recent.reaches(at("4")), recent.reaches(at("3.7")), recent.reaches(at("9"))]).toEqual([true, false, true]);
  for (const place of ["5.0", "5.1", "7.0"]) recent.add(item(place));
  expect(after(recent, "4")).toEqual(["5.0", "5.1", "7.0"]);
  expect(after(recent, "5.0")).toEqual(["5.1", "7.0"]);
  expect(after(recent, "5")).toEqual(["7.0"]);
  expect(after(recent, "7")).toEqual([]);
});

test("it is bounded, and says what it has let go", () => {
  const recent = new RecentEvents(at("0"));
  for (let i = 1; i <= 1_000; i++) recent.add(item(`${i}.0`, 10_000));
  const kept = after(recent, "0");
  expect(kept.length).toBeGreaterThan(50);
  expect(kept.length).toBeLessThanOrEqual(200);
  expect(kept.at(-1)).toBe("1000.0");
  const first = Number.parseInt(kept[0]!, 10);
  expect(recent.reaches(at(`${first - 1}.0`))).toBe(true);
  expect(recent.reaches(at(`${first - 2}.0`))).toBe(false);
  // one alone that is larger than all room
  recent.add(item("1001.0", 5_000_000));
  expect(recent.reaches(at("1001"))).toBe(true);
});
