/** One thing that `doctor` has looked at. */
export interface Finding {
  readonly about: "node" | "packages" | "typescript" | "project" | "models" | "database" | "server";
  /** `fail`: flows can't be run, or runs may be lost. `warn`: they can, but something will hurt. */
  readonly status: "ok" | "warn" | "fail";
  readonly message: string;
  /** The way out. */
  readonly hint?: string;
}

type About = Finding["about"];

export const ok = (about: About, message: string): Finding => ({ about, status: "ok", message });
export const warn = (about: About, message: string, hint: string): Finding => ({
  about,
  status: "warn",
  message,
  hint,
});
export const fail = (about: About, message: string, hint: string): Finding => ({
  about,
  status: "fail",
  message,
  hint,
});
