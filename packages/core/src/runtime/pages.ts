import type { MaybePromise } from "../ports/index.js";

/** The pages that follow each other by `next`, from `first` on; each is read when the one before it has been gone through. */
export async function* pagesOf<P extends { readonly next?: string }>(
  read: (at: { readonly cursor?: string }) => MaybePromise<P>,
  first?: string,
): AsyncGenerator<P, void> {
  let cursor = first;
  do {
    const page = await read(cursor === undefined ? {} : { cursor });
    yield page;
    cursor = page.next;
  } while (cursor !== undefined);
}
