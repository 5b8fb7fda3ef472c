/**
 * An order: reserve, charge, ship. What fails is tried again where that may help; where it does not, what was done is undone: a
 * payment is given back, a reservation released.
 */
import { and, Flow, type FlowError, type FlowOptions, failed, listen, or, start } from "millrace";
import { z } from "zod";
import { Declined, type Shop, SoldOut } from "./shop.js";

const Bought = z.object({
  item: z.string(),
  quantity: z.number().int().positive(),
  cents: z.number().int().positive(),
});
type Bought = z.output<typeof Bought>;

export class Order extends Flow<typeof Order> {
  static inputs = Bought;
  static state = z.object({ log: z.array(z.string()).default([]) });
  static output = z.object({
    status: z.enum(["shipped", "refunded", "not charged", "sold out"]),
    parcel: z.string().optional(),
  });

  readonly #shop: Shop;

  constructor(shop: Shop, options?: FlowOptions<typeof Order>) {
    super(options);
    this.#shop = shop;
  }

  @start({ retry: { attempts: 3, delay: "50ms", if: (error) => !(error instanceof SoldOut) } })
  async reserve({ item, quantity, cents }: Bought) {
    const reservation = await this.#shop.reserve({ item, quantity }, this.call.idempotencyKey);
    this.state.log.push(`reserved ${quantity} ${item}`);
    return { reservation, cents };
  }

  @listen("reserve", {
    retry: { attempts: 4, delay: "50ms", if: (error) => !(error instanceof Declined) },
    timeout: "500ms",
  })
  async charge({ reservation, cents }: { reservation: string; cents: number }) {
    const { idempotencyKey, abortSignal } = this.call;
    // once it is stored, nobody is asked for money again; until then the key sees to that
    const payment = await this.once("payment", () => this.#shop.pay(cents, idempotencyKey, abortSignal));
    this.state.log.push(`charged ${cents} cents`);
    return { payment, reservation };
  }

  @listen("charge", { retry: { attempts: 3, delay: "50ms" } })
  async ship({ reservation }: { reservation: string }) {
    return this.#shop.send(reservation, this.call.idempotencyKey);
  }

  @listen("ship")
  confirm(parcel: string) {
    this.state.log.push("shipped");
    return { status: "shipped" as const, parcel };
  }

  @listen(failed("reserve"))
  apologise({ message }: FlowError) {
    this.state.log.push(message);
    return { status: "sold out" as const };
  }

  @listen(and("charge", failed("ship")), { retry: { attempts: 10, delay: "50ms" } })
  async refund({ charge, ship }: { charge: { payment: string }; ship: FlowError }) {
    await this.#shop.refund(charge.payment);
    this.state.log.push(`${ship.message}; refunded`);
  }

  @listen(and("reserve", or("refund", failed("charge"))), { retry: { attempts: 10, delay: "50ms" } })
  async release({ reserve, charge }: { reserve: { reservation: string }; charge?: FlowError }) {
    await this.#shop.release(reserve.reservation);
    this.state.log.push(charge ? `${charge.message}; released` : "released");
    return { status: charge ? ("not charged" as const) : ("refunded" as const) };
  }
}
