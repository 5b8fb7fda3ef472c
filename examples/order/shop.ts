/**
 * The world outside: stock, payments and parcels, as files in a folder. Whatever is asked for twice under one key is done once, as
 * with any payment service worth its name.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

export class SoldOut extends Error {}
export class Declined extends Error {}

/**
 * `sold-out`: the stock is empty. `flaky`: the payment service is away for two requests. `slow`: it answers later than anybody waits.
 * `declined`: it says no. `no-courier`: nobody comes for the parcel.
 */
export const troubles = ["sold-out", "flaky", "slow", "declined", "no-courier"] as const;
export type Trouble = (typeof troubles)[number];

interface Reservation {
  readonly item: string;
  readonly quantity: number;
}
interface Payment {
  readonly cents: number;
  readonly refunded: boolean;
}

const inStock = 10;

export class Shop {
  readonly #folder: string;
  readonly #trouble: Trouble | undefined;
  #requests = 0;
  /** Called when money has been taken, before anybody has been told. */
  readonly #onPaid: () => void;

  constructor(folder: string, trouble?: Trouble, onPaid: () => void = () => undefined) {
    this.#folder = folder;
    this.#trouble = trouble;
    this.#onPaid = onPaid;
    for (const drawer of ["reservations", "payments", "parcels"]) mkdirSync(join(folder, drawer), { recursive: true });
  }

  async reserve(reservation: Reservation, key: string): Promise<string> {
    const left = this.#trouble === "sold-out" ? 0 : this.left(reservation.item);
    return this.#once("reservations", key, () => {
      if (reservation.quantity > left)
        throw new SoldOut(`${left} of ${reservation.item} left, not ${reservation.quantity}`);
      return reservation;
    });
  }

  async release(reservation: string): Promise<void> {
    rmSync(this.#path("reservations", reservation), { force: true });
  }

  async pay(cents: number, key: string, signal: AbortSignal): Promise<string> {
    this.#requests++;
    if (this.#trouble === "slow") await setTimeout(60_000, undefined, { signal });
    if (this.#trouble === "flaky" && this.#requests <= 2) throw new Error("the payment service does not answer");
    if (this.#trouble === "declined") throw new Declined(`the bank declines ${cents} cents`);
    const payment = this.#once("payments", key, () => ({ cents, refunded: false }));
    this.#onPaid();
    return payment;
  }

  async refund(payment: string): Promise<void> {
    this.#write("payments", payment, { ...this.#read<Payment>("payments", payment), refunded: true });
  }

  async send(reservation: string, key: string): Promise<string> {
    if (this.#trouble === "no-courier") throw new Error("no courier comes");
    return this.#once("parcels", key, () => ({ reservation }));
  }

  left(item: string): number {
    const taken = this.#all<Reservation>("reservations").filter((reservation) => reservation.item === item);
    return inStock - taken.reduce((sum, { quantity }) => sum + quantity, 0);
  }

  /** What the files say: money taken and kept, and parcels sent. */
  books(): { readonly cents: number; readonly payments: number; readonly parcels: number } {
    const payments = this.#all<Payment>("payments").filter(({ refunded }) => !refunded);
    return {
      cents: payments.reduce((sum, { cents }) => sum + cents, 0),
      payments: payments.length,
      parcels: this.#all("parcels").length,
    };
  }

  #once(drawer: string, key: string, make: () => object): string {
    if (!existsSync(this.#path(drawer, key))) this.#write(drawer, key, make());
    return key;
  }

  #write(drawer: string, key: string, value: object): void {
    const path = this.#path(drawer, key);
    writeFileSync(`${path}.new`, JSON.stringify(value));
    renameSync(`${path}.new`, path);
  }

  #read<T>(drawer: string, key: string): T {
    return JSON.parse(readFileSync(this.#path(drawer, key), "utf8"));
  }

  #all<T>(drawer: string): T[] {
    const names = readdirSync(join(this.#folder, drawer)).filter((name) => name.endsWith(".json"));
    return names.map((name) => JSON.parse(readFileSync(join(this.#folder, drawer, name), "utf8")));
  }

  #path(drawer: string, key: string): string {
    return join(this.#folder, drawer, `${encodeURIComponent(key)}.json`);
  }
}
