/** A flow that was built: references to inputs and results, a step that is repeated, and one that is linked. */
import { appendFileSync } from "node:fs";
import { flow, repeated, template } from "millrace";
import { z } from "zod";

function note(what: string): void {
  if (process.env.CALL_LOG) appendFileSync(process.env.CALL_LOG, `${what}\n`);
}

export const rounds = 3;

export const Ingest = flow("Ingest")
  // another word in every process: only what is stored can make two of them equal
  .input(z.object({ path: z.string().default(() => `path of ${process.pid} at ${process.hrtime.bigint()}`) }))
  .state(z.object({ loaded: z.array(z.string()).default([]) }))
  .step("parse", ({ path }: { path: string }) => {
    note("parse");
    return { title: `title of ${path}`, path };
  })
  .step(
    "fetch",
    repeated(
      async (given: { title: string }, _, round) => {
        note(`round ${round}`);
        return { text: given.title, round };
      },
      { while: ({ round }) => round < rounds },
    ),
    ({ parse }) => ({ title: parse.title }),
  )
  .step(
    "load",
    (given: { text: string; path: string; note: string }, { state }) => {
      note("load");
      state.loaded.push(given.text);
      return given;
    },
    ({ parse, fetch, input }) => ({
      text: fetch.text,
      path: input.path,
      note: template`${parse.path} in ${fetch.round}`,
    }),
  )
  .step("tell", () => note("tell"))
  .link("load", "tell", { when: ({ load }) => load.text !== "" })
  .output(({ parse, load }) => ({ first: parse.path, load }))
  .toClass();
