/**
 * A run that waits for a person. One process starts it and ends; another one, days later, goes on with it.
 *
 *   tsx approval.ts start "a bicycle" 900         prints the id of the run
 *   tsx approval.ts <id> yes "ride safely"        or: <id> no "too dear"
 */
import { SqlitePersistence } from "@millrace/sqlite";
import { and, Flow, FlowError, listen, route, router, signal, start } from "millrace";
import { z } from "zod";

const Decision = signal("decision", z.object({ approved: z.boolean(), note: z.string() }));

class Purchase extends Flow<typeof Purchase> {
  static state = z.object({ what: z.string(), price: z.number().positive() });

  @start()
  request() {
    return `Buy ${this.state.what} for ${this.state.price}?`;
  }

  @router(and("request", Decision), { routes: ["approved", "rejected"] })
  decide({ decision }: { decision: { approved: boolean; note: string } }) {
    return decision.approved ? route("approved", decision.note) : route("rejected", decision.note);
  }

  @listen("approved")
  order(note: string) {
    return `ordered ${this.state.what} (${note})`;
  }

  @listen("rejected")
  decline(note: string) {
    return `did not order ${this.state.what} (${note})`;
  }
}

// in .millrace/millrace.db
const persistence = new SqlitePersistence();
const purchases = new Purchase({ persistence });
const [id = "start", first, second = ""] = process.argv.slice(2);

try {
  const result =
    id === "start"
      ? await purchases.kickoff({ what: first ?? "a bicycle", price: Number(second || 900) })
      : await purchases.signal(id, Decision, { approved: first === "yes", note: second });
  if (result.status === "completed") console.log(result.output);
  if (result.status === "waiting")
    console.log(`${result.outputs.request}\nTo answer, run this again with: ${result.id} yes "why"`);
} catch (error) {
  if (!FlowError.is(error)) throw error;
  console.error(`${error.message} ${error.hint}`);
  process.exitCode = 1;
} finally {
  await persistence.close();
}
