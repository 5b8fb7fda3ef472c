import { approval, Flow, listen, router, start } from "millrace";

/** Puts a text before people. */
export class Desk extends Flow {
  @start() draft() {
    return "On rivers";
  }
  @router("draft") review(text: string) {
    return approval(text, { message: "Publish?", outcomes: ["approved", "rejected"] as const });
  }
  @listen("approved") publish() {
    return "published";
  }
  @listen("rejected") drop() {
    return "dropped";
  }
}
