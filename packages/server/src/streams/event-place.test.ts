import { FlowError } from "millrace";
import { expect, test } from "vitest";
import { comesAfter, PlaceCounter, placeText, readPlace } from "./event-place.js";

test("a place is what its text says, and the other way round", () => {
  for (const text of ["1.0", "12.3", "12", "0"]) expect(placeText(readPlace(text, "after"))).toBe(text);
  expect(readPlace("", "after")).toEqual(readPlace("0", "after"));
  expect(readPlace(undefined, "after")).toEqual(readPlace("0", "after"));
});

test("what is no place is refused", () => {
  for (const text of ["x", "-1", "1.", ".1", "1.1.1", "1e3", " 1", "9".repeat(40), "1;drop", "１"]) {
    const failure = (() => {
      try {
        return readPlace(text, "after");
      } catch (error) {
        return error;
      }
    })();
    expect(FlowError.is(failure, "SERVER_REQUEST_INVALID"), text).toBe(true);
  }
});

test("places are in the order in which events are told; an entry without a part stands for all of it", () => {
  const count = new PlaceCounter();
  const places = [1, 1, 2, 5, 5, 5, 6].map((position) => count.next(position));
  expect(places.map(placeText)).toEqual(["1.0", "1.1", "2.0", "5.0", "5.1", "5.2", "6.0"]);
  for (const [i, last] of places.entries())
    expect(places.filter((place) => comesAfter(place, last))).toEqual(places.slice(i + 1));
  expect(places.filter((place) => comesAfter(place, readPlace("5", "after"))).map(placeText)).toEqual(["6.0"]);
});
