/** What all parts of one flow's class have in common: its names, its signals, where its values stand. */
import type { StepDefinition } from "millrace";
import type { ItemPart } from "../items/lower-items.js";
import type { FlowSource } from "../lower/lower-flow.js";
import type { Condition } from "../lower/read-condition.js";
import type { ConvertModule } from "./convert-module.js";
import type { Around } from "./expression-source.js";
import { ItemValues } from "./item-values.js";
import { type Called, type Host, StepValues } from "./step-values.js";
import { call, type Source } from "./text-layout.js";
import type { ValueAround } from "./value-source.js";

interface Place {
  readonly definition: Pick<StepDefinition, "starts" | "conditions">;
  /** A method, or the `when` of a decorator. */
  readonly scope: "method" | "when" | "result";
  /** What it does for items. */
  readonly part?: ItemPart | undefined;
}

/** Where names stand in a piece of code. */
export type Values = Pick<StepValues, "name" | "outcome" | "payload" | "parameters" | "statements" | "locals">;

export class FlowScope {
  readonly source: FlowSource;
  readonly module: ConvertModule;
  readonly className: string;
  readonly #signals = new Map<string, string>();
  /** The constants of its signals. */
  readonly signalLines: Source[] = [];
  /** Whether something reads the run's inputs. */
  keepsInputs = false;

  constructor(source: FlowSource, module: ConvertModule) {
    this.source = source;
    this.module = module;
    this.className = module.flow(source.spec.name);
  }

  get names() {
    return this.module.names;
  }

  /** The constant of a signal. */
  readonly signal = (name: string): string => {
    const known = this.#signals.get(name);
    if (known !== undefined) return known;
    const local = this.names.declared(name);
    this.#signals.set(name, local);
    const schema = this.source.definition.signals.get(name);
    const made = call(this.names.imported("millrace", "signal"), [
      JSON.stringify(name),
      ...(schema ? [this.module.schemas.of(schema)] : []),
    ]);
    this.signalLines.push([`const ${local} = `, made, ";"]);
    return local;
  };

  /** Writes what uses names, again where one of them means something else at the top of the module. */
  written<T>(
    write: (around: ValueAround, values: Values) => T,
    place: Place,
  ): { readonly values: Values; readonly source: T } {
    let avoid: ReadonlySet<string> = new Set();
    for (;;) {
      const values = this.#values(place, avoid);
      const { made, used } = this.names.watched(() => write(this.around(values), values));
      const clash = [...used].filter((name) => !avoid.has(name) && values.locals.has(name));
      if (clash.length === 0) return { values, source: made };
      avoid = new Set([...avoid, ...clash]);
    }
  }

  around(values: Pick<StepValues, "name" | "outcome">): ValueAround {
    const helper = (name: string) => () => this.names.imported("@millrace/document", name);
    const around: Around = {
      scope: this.source.scope,
      name: (name) => values.name(name),
      outcome: (step) => values.outcome(step),
      evaluate: helper("evaluate"),
    };
    return { ...around, textOf: helper("textOf"), parts: helper("parts") };
  }

  /** What of the sources a piece of code takes, as a parameter. */
  sourcesOf(code: string): string | undefined {
    const used = ["inputs", "output", "trigger"].filter((name) => new RegExp(`(?<![.\\w"])${name}\\b`).test(code));
    return used.length > 0 ? `{ ${used.join(", ")} }` : undefined;
  }

  #values({ definition, scope, part }: Place, avoid: ReadonlySet<string>): Values {
    const { facts, spec } = this.source;
    const { starts, conditions } = definition;
    const isPerItem = part !== undefined && part.role !== "explode" && part.role !== "gather";
    const outer = new StepValues(
      {
        facts,
        input: spec.input,
        called: isPerItem
          ? { starts: false, condition: undefined }
          : calledBy(starts, conditions[0] as Condition | undefined),
        host: this.#host(scope),
        inline: scope === "when",
      },
      avoid,
    );
    return isPerItem ? new ItemValues({ part, facts, host: this.#host(scope), outer }, avoid) : outer;
  }

  #host(scope: Place["scope"]): Host {
    const { input, state } = this.source.spec;
    this.names.imported("zod", "z");
    const inputsType = input
      ? `z.output<typeof ${this.className}.inputs>`
      : state
        ? `Partial<z.output<typeof ${this.className}.state>>`
        : "any";
    const of = scope === "method" ? "this.call." : "";
    return {
      state: scope === "method" ? "this.state" : scope === "when" ? "state" : "committed",
      trigger: `${of}trigger`,
      output: (step) => `${of}output(${JSON.stringify(step)})`,
      inputs: () => {
        this.keepsInputs = true;
        return `${of}inputs as ${inputsType}`;
      },
      inputsType,
    };
  }
}

/** A step that starts and listens is handed what either has for it. */
function calledBy(starts: boolean, condition: Condition | undefined): Called {
  if (!starts || !condition) return { starts, condition };
  return { starts: false, condition: { kind: "or", of: [condition] } };
}
