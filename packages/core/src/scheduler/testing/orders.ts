/** Ways of choosing which running call ends next: as drawn, or one after the other all that there are. */

import type { FlowPlan } from "../../plan/index.js";
import { type Played, type PlayOptions, play, type SchedulerFace } from "./play.js";

/** Positions, taken modulo the count and used round and round. */
export function drawnOrder(positions: readonly number[]): (count: number) => number {
  let at = 0;
  return (count) => (positions[at++ % positions.length] ?? 0) % count;
}

export interface EveryOrderOptions extends Omit<PlayOptions, "choose"> {
  readonly scheduler: (plan: FlowPlan) => SchedulerFace;
  /** Of more orders than this, as many again are drawn from all of them. Default 200. */
  readonly orders?: number;
}

/** Plays a plan in every order of completions, the last choice changing first; where there are too many, in some. */
export function* everyOrder(
  plan: FlowPlan,
  { scheduler, orders = 200, ...options }: EveryOrderOptions,
): Generator<Played> {
  let prefix: number[] = [];
  for (let played = 0; played < orders; played++) {
    const chosen: number[] = [];
    const counts: number[] = [];
    const choose = (count: number) => {
      const choice = prefix[chosen.length] ?? 0;
      chosen.push(choice);
      counts.push(count);
      return choice;
    };
    yield play(plan, scheduler(plan), { ...options, choose });
    const last = chosen.findLastIndex((choice, i) => choice + 1 < counts[i]!);
    if (last === -1) return;
    prefix = [...chosen.slice(0, last), chosen[last]! + 1];
  }
  let number = 1;
  // A fixed sequence of numbers, so that a failure happens again.
  const next = () => {
    number = (number * 48_271) % 2_147_483_647;
    return number;
  };
  for (let played = 0; played < orders; played++) {
    yield play(plan, scheduler(plan), { ...options, choose: (count) => next() % count });
  }
}
