/** A step as one line: how it stands, how often and how long it ran, what it decided. */
import { countdown, durationText } from "./durations.js";
import type { Glyphs } from "./glyphs.js";
import type { Line, Segment, Tone } from "./lines.js";
import { plainLines, plainText, tailOf } from "./lines.js";
import type { StepView } from "./step-view.js";
import { usageText } from "./usage-text.js";

export interface DrawOptions {
  readonly glyphs: Glyphs;
  /** ms since the epoch */
  readonly now: number;
  /** Which picture of the spinner. */
  readonly tick: number;
  readonly columns: number;
}

const barWidth = 20;

/** The step's line, and below it what it streams, asks, or failed with. */
export function stepLines(step: StepView, options: DrawOptions): readonly Line[] {
  return [headLine(step, options), ...belowLines(step, options)];
}

function headLine(step: StepView, { glyphs, now, tick }: DrawOptions): Line {
  const [tone, sign] = standing(step, glyphs, tick);
  const calls = step.elements === undefined && step.calls > 1 ? [seg("dim", ` ${glyphs.times}${step.calls}`)] : [];
  const busy = step.busyMs(now);
  const took = step.skipped === step.calls && busy === 0 ? [] : [seg("dim", `  ${durationText(busy)}`)];
  return [
    seg(tone, sign),
    seg(tone === "dim" ? "dim" : "plain", ` ${plainText(step.name)}`),
    ...calls,
    ...elements(step, glyphs),
    ...labels(step, glyphs),
    ...took,
    ...(step.usage ? [seg("dim", ` ${glyphs.dot} ${usageText(step.usage)}`)] : []),
    ...counts(step, glyphs),
    ...due(step, { glyphs, now }),
  ];
}

function standing(step: StepView, glyphs: Glyphs, tick: number): readonly [Tone, string] {
  if (step.running.size > 0) return ["busy", glyphs.spinner[tick % glyphs.spinner.length]!];
  if (step.retries.size > 0) return ["warn", glyphs.retry];
  if (step.asks.size > 0) return ["warn", glyphs.ask];
  if (step.timers.size > 0) return ["dim", glyphs.timer];
  if (step.failed > 0) return ["bad", glyphs.failed];
  if (step.elements !== undefined && step.ended < step.elements) return ["dim", glyphs.timer];
  return step.completed > 0 ? ["good", glyphs.done] : ["dim", glyphs.skipped];
}

/** `████░░░░ 312/1000` */
function elements({ elements: all, ended }: StepView, { full, empty }: Glyphs): readonly Segment[] {
  if (all === undefined) return [];
  const filled = all === 0 ? barWidth : Math.min(barWidth, Math.floor((ended / all) * barWidth));
  return [
    seg("plain", "  "),
    seg("good", full.repeat(filled)),
    seg("dim", empty.repeat(barWidth - filled)),
    seg("plain", ` ${ended}/${all}`),
  ];
}

/** `→ rework ×2, good`: the one taken last stands last. */
function labels({ labels: taken, lastLabel }: StepView, { to, times, more }: Glyphs): readonly Segment[] {
  if (lastLabel === undefined) return [];
  const others = [...taken].filter(([label]) => label !== lastLabel);
  const shown = [...others.slice(-3), [lastLabel, taken.get(lastLabel)!] as const];
  const texts = shown.map(([label, { taken: often, heard }]) => {
    const unheard = heard ? "" : " (nobody listens)";
    return `${plainText(label)}${often > 1 ? ` ${times}${often}` : ""}${unheard}`;
  });
  return [seg("busy", `  ${to} ${others.length > 3 ? `${more} ` : ""}${texts.join(", ")}`)];
}

function counts(step: StepView, { dot }: Glyphs): readonly Segment[] {
  const several = step.calls > 1;
  const parts: readonly (readonly [Tone, string] | false)[] = [
    several && step.running.size > 0 && step.running.size < step.calls && ["dim", `${step.running.size} running`],
    several && step.failed > 0 && ["bad", `${step.failed} failed`],
    step.skipped > 0 && ["dim", several ? `${step.skipped} skipped` : "skipped"],
    step.aborted > 0 && ["dim", several ? `${step.aborted} lost a race` : "lost a race"],
    step.starved > 0 && ["dim", step.starved > 1 ? `${step.starved} half joins dropped` : "half a join dropped"],
  ];
  return parts.flatMap((part) => (part ? [seg("dim", ` ${dot} `), seg(...part)] : []));
}

/** What it is about to do: the next attempt, the end of a sleep. */
function due(step: StepView, { glyphs: { dot }, now }: Pick<DrawOptions, "glyphs" | "now">): readonly Segment[] {
  const attempts = [...step.running.values()].filter(({ attempt }) => attempt > 1).map(({ attempt }) => attempt);
  const again = attempts.length > 0 ? [seg("warn", ` ${dot} attempt ${Math.max(...attempts)}`)] : [];
  const [first, ...more] = [...step.retries.values()].sort((a, b) => a.retryAt - b.retryAt);
  if (first) {
    const others = more.length > 0 ? ` (and ${more.length} more)` : "";
    const text = ` ${dot} attempt ${first.attempt} failed, the next ${countdown(first.retryAt, now)}${others}: ${first.message}`;
    return [...again, seg("warn", text)];
  }
  const wakes = [...step.timers.values()];
  return wakes.length > 0
    ? [...again, seg("dim", ` ${dot} sleeps, wakes ${countdown(Math.min(...wakes), now)}`)]
    : again;
}

function belowLines(step: StepView, { glyphs, columns }: DrawOptions): readonly Line[] {
  const below: Line[] = [];
  const prompts = [...step.asks.values()];
  for (const prompt of prompts.slice(0, 3)) below.push([seg("warn", `  ${glyphs.ask} ${prompt}`)]);
  if (prompts.length > 3) below.push([seg("dim", `  ${glyphs.more} ${prompts.length - 3} more questions`)]);
  if (step.running.size > 0 && step.streamed) {
    below.push([seg("dim", `  ${tailOf(plainText(step.streamed).trim(), Math.max(10, columns - 8))}`)]);
  }
  if (step.error && step.failed > 0) below.push(...errorLines(step.error, "  "));
  return below;
}

/** Message and hint of an error, the first lines of each. */
function errorLines({ message, hint }: { message: string; hint?: string }, indent: string): readonly Line[] {
  const said = plainLines(message, 8).map((text): Line => [seg("bad", `${indent}${text}`)]);
  const wayOut = hint ? plainLines(hint, 4).map((text): Line => [seg("dim", `${indent}${text}`)]) : [];
  return [...said, ...wayOut];
}

function seg(tone: Tone, text: string): Segment {
  return [tone, text];
}
