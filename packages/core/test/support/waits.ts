/** A run that waits for a signal, and its events. */
import { Flow, listen, type RunEventItem, signal, start } from "millrace";
import { z } from "zod";

export const Go = signal("go", z.number());

export class Waits extends Flow {
  @start() begin() {
    return "b";
  }
  @listen(Go) go(n: number) {
    return n;
  }
}

export async function eventsIn(events: AsyncIterable<RunEventItem>): Promise<RunEventItem[]> {
  const items: RunEventItem[] = [];
  for await (const item of events) items.push(item);
  return items;
}
