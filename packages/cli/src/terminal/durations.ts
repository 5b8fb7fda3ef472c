/** `12ms`, `1.2s`, `2m 05s`, `3h 07m`, `2d 04h`. */
export function durationText(ms: number): string {
  if (ms < 0.95) return "<1ms";
  if (ms < 999.5) return `${Math.round(ms)}ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)}s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${twoDigits(seconds % 60)}s`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours}h ${twoDigits(minutes % 60)}m` : `${Math.floor(hours / 24)}d ${twoDigits(hours % 24)}h`;
}

/** How long until then, as a countdown in whole seconds; `now` once it is there. */
export function countdown(until: number, now: number): string {
  const left = Math.ceil((until - now) / 1000);
  if (left <= 0) return "now";
  return left < 60 ? `in ${left}s` : `in ${durationText(left * 1000)}`;
}

function twoDigits(count: number): string {
  return String(count).padStart(2, "0");
}
