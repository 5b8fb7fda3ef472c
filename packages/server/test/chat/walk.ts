/**
 * A walk through one chat: two windows at two servers do what readers do, in any order, while lines are cut. After what a window
 * did with nobody else at work it shows what is stored; in the end everybody does, and the chat takes the next message.
 */
import { expect } from "vitest";
import { type Major, textOf } from "../../src/chat/reply/testing/clients.js";
import { pause } from "./chat-flows.js";
import { shownParts } from "./chat-server.js";
import { asked, type Line } from "./show-lab.js";
import { contents, type Knows, openWindow, type Window } from "./walk-window.js";

export interface Move {
  readonly does:
    | "send"
    | "answer"
    | "answer all"
    | "regenerate"
    | "edit"
    | "reload"
    | "resume"
    | "stop"
    | "hang up"
    | "wait";
  /** Which window, at which server, which message, how many ms: whatever the move asks for. */
  readonly window: 0 | 1;
  readonly at: 0 | 1;
  readonly n: number;
  readonly letters: string;
  /** After how many reads the line is cut. */
  readonly cut: number | null;
  /** The next move does not wait for it. */
  readonly meanwhile: boolean;
}

/** What a chat answers to what can't be done now. */
const refusals = ["SESSION_BUSY", "QUESTION_CLOSED", "CHAT_MESSAGE_UNKNOWN"];

const longestMs = 60_000;

export class Walk {
  readonly major: Major;
  readonly urls: readonly string[];
  readonly id: string;
  readonly log: string[] = [];
  readonly #windows: Window[];
  #problems: string[] = [];

  constructor(about: Pick<Walk, "major" | "urls" | "id">) {
    this.major = about.major;
    this.urls = about.urls;
    this.id = about.id;
    this.#windows = [0, 1].map(() => this.#open([]));
  }

  async take(moves: readonly Move[]): Promise<void> {
    for (const move of moves) {
      this.log.push(JSON.stringify(move));
      await this.#take(move);
      expect(this.#problems).toEqual([]);
    }
    await this.#all();
    await this.#rests();
    await this.#agreed();
    await this.#goesOn();
  }

  #open(messages: readonly any[], at = 0): Window {
    const { major, id, urls } = this;
    const refused = (code: string, text: string) => {
      this.log.push(`  ${code}`);
      if (!refusals.includes(code)) this.#problems.push(text);
    };
    return openWindow({ major, id, api: `${urls[at]}/flows/Show/chat`, messages, refused });
  }

  async #take(move: Move): Promise<void> {
    const { does, at } = move;
    if (does === "wait") return pause(move.n).then(() => undefined);
    if (does === "stop") {
      const response = await fetch(`${this.urls[at]}/flows/Show/chat/${this.id}/stop`, { method: "POST" });
      if (response.status >= 500) this.#problems.push(await response.text());
      for (const window of this.#windows) window.knows = undefined;
      return;
    }
    if (does === "hang up") {
      const window = this.#windows[move.window]!;
      window.knows = undefined;
      return window.client.stop();
    }
    await this.#windows[move.window]!.under;
    if (does === "reload") return this.#reload(move);
    const window = this.#windows[move.window]!;
    const others = this.#windows.filter((one) => one !== window);
    const alone = !move.meanwhile && (await this.#restsNow());
    const begin = this.#doing(window, move);
    if (!begin) return;
    cutAfter(window.line, move.cut);
    if (does !== "resume") for (const other of others) other.knows = undefined;
    const knew = alone ? this.#knowing(window, does) : undefined;
    window.knows = undefined;
    window.under = this.#bounded(begin()).then(() => this.#looked(window));
    if (move.meanwhile) {
      await pause(move.n);
      return;
    }
    await window.under;
    window.knows = window.line.cut && knew === "all" ? "torn" : window.line.cut ? undefined : knew;
    if (window.line.cut || !knew) return;
    await this.#rests();
    const { messages } = await this.#stored(0);
    const told = knew === "all" ? shownParts : contents;
    expect(told(window.client.messages)).toEqual(told(messages));
  }

  /** What the window shows after a move that is not cut. */
  #knowing({ client, knows }: Window, does: Move["does"]): Knows {
    // clients of 5 put what is told again to what they have; others begin the message anew
    if (knows === "torn" && does === "resume") return this.major === 5 ? undefined : "all";
    if (knows === "torn" && does.startsWith("answer")) return "content";
    // who has left a question is told so when the page is loaded anew
    const leaves = does !== "resume" && !does.startsWith("answer") && client.messages.some((one) => asked(one)[0]);
    return leaves || knows === "torn" ? undefined : knows;
  }

  /** What is to be done; undefined: there is nothing to do it with. */
  #doing({ client }: Window, { does, n, letters }: Move): (() => Promise<void>) | undefined {
    const said = client.messages.filter(({ role }) => role === "user");
    const last = client.messages.at(-1);
    switch (does) {
      case "send":
        return () => client.sendMessage({ text: letters });
      case "resume":
        return () => client.resumeStream();
      case "regenerate": {
        // a page that has opened with a reply alone can not say to what it was one
        const replies = client.messages.slice(1).filter(({ role }) => role === "assistant");
        const message = replies[n % Math.max(1, replies.length)];
        return message && (() => client.regenerate({ messageId: message.id }));
      }
      case "edit": {
        const message = said[n % Math.max(1, said.length)];
        return message && (() => client.sendMessage({ text: letters, messageId: message.id }));
      }
      default: {
        const parts = asked(last);
        if (parts.length === 0) return undefined;
        return async () => {
          for (const { toolCallId } of does === "answer" ? parts.slice(0, 1) : parts)
            await client.addToolOutput({ tool: "ask", toolCallId, output: 1 });
          await client.sendMessage();
        };
      }
    }
  }

  /** A client's own trouble with what it is sent is the server's fault. */
  #looked({ client, line: { cut } }: Window): void {
    const { status, error } = client;
    if (status === "ready") return;
    const text = String(error?.message);
    this.log.push(`  ${status} ${text.slice(0, 80)}`);
    const known = cut || refusals.some((code) => text.includes(code)) || failed.test(text);
    if (status !== "error" || !known) this.#problems.push(`${status} ${text}`);
  }

  async #reload({ window: which, at, cut }: Move): Promise<void> {
    const { messages = [] } = (await this.#stored(at)) ?? {};
    const window = this.#open(messages, at);
    this.#windows[which] = window;
    cutAfter(window.line, cut);
    window.under = this.#bounded(window.client.resumeStream()).then(() => this.#looked(window));
    await window.under;
    window.knows = !window.line.cut && (await this.#restsNow()) ? "all" : undefined;
    if (!window.knows) return;
    expect(shownParts(window.client.messages)).toEqual(shownParts((await this.#stored(1 - at)).messages ?? []));
  }

  async #bounded(done: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error("it never ends")), longestMs);
    });
    await Promise.race([done, late]).finally(() => clearTimeout(timer));
  }

  async #all(): Promise<void> {
    for (const { under } of this.#windows) await under;
    expect(this.#problems).toEqual([]);
  }

  async #stored(at: number): Promise<any> {
    const response = await fetch(`${this.urls[at]}/flows/Show/chat/${this.id}`);
    const body = (await response.json()) as any;
    if (response.status !== 200 && response.status !== 404) throw new Error(JSON.stringify(body));
    return response.status === 404 ? { messages: [] } : body;
  }

  async #restsNow(): Promise<boolean> {
    return (await this.#stored(0)).status !== "running";
  }

  async #rests(): Promise<void> {
    for (const until = Date.now() + longestMs; !(await this.#restsNow()); await pause(10))
      if (Date.now() > until) throw new Error("it never rests");
  }

  /** Servers, a page that is opened and one that has lost the newest reply see the same, and each thing once. */
  async #agreed(): Promise<any[]> {
    const [{ messages }, other] = [await this.#stored(0), await this.#stored(1)];
    expect(shownParts(other.messages)).toEqual(shownParts(messages));
    for (const kept of [messages, messages.at(-1)?.role === "assistant" ? messages.slice(0, -1) : messages]) {
      const page = this.#open(kept, 1);
      await this.#bounded(page.client.resumeStream());
      this.#looked(page);
      expect(shownParts(page.client.messages)).toEqual(shownParts(messages));
    }
    for (const { parts } of messages.filter(({ role }: any) => role === "assistant")) {
      const ids = parts.flatMap(({ toolCallId }: any) => toolCallId ?? []);
      expect(new Set(ids).size).toBe(ids.length);
      const said = textOf({ parts }).match(/(left|right) says \d+\./g) ?? [];
      expect(new Set(said).size).toBe(said.length);
    }
    const all = messages.map(({ id }: any) => id);
    expect(new Set(all).size).toBe(all.length);
    expect(this.#problems).toEqual([]);
    return messages;
  }

  async #goesOn(): Promise<void> {
    const before = (await this.#stored(0)).messages;
    const page = this.#open(before, 0);
    await this.#bounded(page.client.sendMessage({ text: "tac" }));
    for (let [part] = asked(page.client.messages.at(-1)); part; [part] = asked(page.client.messages.at(-1))) {
      await page.client.addToolOutput({ tool: "ask", toolCallId: part.toolCallId, output: 1 });
      await this.#bounded(page.client.sendMessage());
    }
    expect([page.client.status, page.client.error]).toEqual(["ready", undefined]);
    expect(page.client.messages).toHaveLength(before.length + 2);
    const last = page.client.messages.at(-1);
    expect(textOf(last)).toContain("At the end, 6 letters.");
    await this.#rests();
    const messages = await this.#agreed();
    expect(shownParts([messages.at(-1)])).toEqual(shownParts([last]));
  }
}

function cutAfter(line: Line, reads: number | null): void {
  line.reads = reads ?? Number.POSITIVE_INFINITY;
  line.cut = false;
}

/** What a turn that has failed says to outsiders. */
const failed = /^Step "right" has failed\.$/;
