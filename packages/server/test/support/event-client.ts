/** A client as one would write it by hand: reads server-sent events with fetch, is cut off, and comes back with the last id. */

export interface HeardEvent {
  readonly id?: string;
  readonly data: any;
}

/** Reads events as they come; answers false when `heard` did, and the connection is dropped then. */
export async function readEvents(response: Response, heard: (event: HeardEvent) => boolean | undefined): Promise<void> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      text += value;
      const blocks = text.split("\n\n");
      text = blocks.pop()!;
      for (const block of blocks) for (const event of eventIn(block)) if (heard(event) === false) return;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function eventIn(block: string): HeardEvent[] {
  const lines = block.split("\n");
  const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  const data = field("data");
  const id = field("id");
  return data === undefined ? [] : [{ ...(id !== undefined && { id }), data: JSON.parse(data) }];
}
