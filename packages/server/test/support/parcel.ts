/** A flow that streams, waits for a signal and asks a question. What its steps do is noted in a file, one line each time. */
import { appendFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { and, Flow, listen, type StepCall, signal, start } from "millrace";
import { z } from "zod";

export const Paid = signal("paid", z.object({ cents: z.number().int() }));

function effect({ idempotencyKey }: StepCall): void {
  if (process.env.CALL_LOG) appendFileSync(process.env.CALL_LOG, `${idempotencyKey}\n`);
}

export class Parcel extends Flow<typeof Parcel> {
  static inputs = z.object({ name: z.string() });
  static state = z.object({ seen: z.array(z.string()).default([]) });
  static output = z.object({ name: z.string(), cents: z.number(), ship: z.boolean() });

  @start() async *pack({ name }: { name: string }) {
    effect(this.call);
    yield "packing ";
    await pause(5);
    yield name;
    this.state.seen.push(`pack ${name}`);
    return name;
  }
  @listen("pack") async weigh(name: string) {
    effect(this.call);
    await pause(5);
    this.state.seen.push("weigh");
    return name;
  }
  @listen(and("weigh", Paid)) async approve({ weigh, paid }: { weigh: string; paid: { cents: number } }) {
    const ship = await this.ask(`Ship ${weigh}?`, { schema: z.boolean() });
    effect(this.call);
    this.state.seen.push(`paid ${paid.cents}`);
    return { name: weigh, cents: paid.cents, ship };
  }
  @listen("approve") async send(parcel: { name: string; cents: number; ship: boolean }) {
    effect(this.call);
    await pause(5);
    this.state.seen.push("send");
    return parcel;
  }
}
