/**
 * `oxc-parser`, which a project may have. Bundlers of a program with this package in it must not follow it: a part of it is native.
 * Its name is no literal where it is imported, since not all of them know the comments that say so.
 */
const unfollowed = (name: string): Promise<unknown> =>
  import(/* @vite-ignore */ /* webpackIgnore: true */ /* turbopackIgnore: true */ name);

/** Rejects with ERR_MODULE_NOT_FOUND where the project has none. */
export const importParser = () => unfollowed("oxc-parser") as Promise<typeof import("oxc-parser")>;
