/** Decorators without parentheses: told where they stand, for the step would be missing in silence. */
import { Flow, forEach, listen, router, start } from "millrace";
import { expect, test } from "vitest";

// the compiler refuses them
const bare: any = { start, listen, router, forEach };

const misplaced = (message: string, hint: string) =>
  expect.objectContaining({ code: "DEFINITION_DECORATOR_MISPLACED", message, hint: expect.stringContaining(hint) });

test("@start", () => {
  expect(() => {
    class Wrong extends Flow {
      @bare.start begin() {}
    }
    return Wrong;
  }).toThrow(misplaced('@start on "begin" has no parentheses.', "@start()"));
});

test("@listen beside steps that are whole", () => {
  expect(() => {
    class Wrong extends Flow {
      @start() begin() {}
      @bare.listen write() {}
    }
    return Wrong;
  }).toThrow(misplaced('@listen on "write" has no parentheses.', '@listen("step")'));
});

test("@router beside @start()", () => {
  expect(() => {
    class Wrong extends Flow {
      @start() @bare.router check() {}
    }
    return Wrong;
  }).toThrow(misplaced('@router on "check" has no parentheses.', "@router()"));
});

test("@forEach, and one on a field", () => {
  expect(() => {
    class Wrong extends Flow {
      @bare.forEach each() {}
    }
    return Wrong;
  }).toThrow(misplaced('@forEach on "each" has no parentheses.', '@forEach("step")'));
  expect(() => {
    class Wrong extends Flow {
      @bare.listen field = () => 1;
    }
    return Wrong;
  }).toThrow(misplaced('@listen on "field" has no parentheses.', '@listen("step")'));
});
