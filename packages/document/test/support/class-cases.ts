/** Documents that together use all of the language. */
/** What their `code` steps call: `code.mjs`. */
export const code = `
import { labels, route } from "millrace";
export const research = ({ topic }, { call }) => ({ facts: [topic, call.step] });
export const join = (a, b) => a + b;
export const improve = (from) => ({ text: (from.text ?? from.facts.join(" ")) + "!", notes: ["longer"] });
export async function* words({ text }) { for (const word of text.split(" ")) yield word; }
export const fails = () => { throw new TypeError("no"); };
export const several = ({ n }) => labels("odd", route("even", { n }));
export const lengths = ({ names }) => names.map((name) => name.length);
export const picky = ({ name, tick }) => { if (name === "Al") throw new Error("not Al"); return name + tick; };
export const tick = ({ n }, { state }) => { state.ticks++; return { n: n + state.ticks }; };
`;

export interface Case {
  readonly name: string;
  readonly yaml: string;
  readonly inputs: object;
  readonly answers?: readonly unknown[];
  /** Steps run at once: in which order their events come is nobody's promise. */
  readonly parallel?: boolean;
}

export const cases: readonly Case[] = [
  {
    name: "loops, routers, retries, texts, sub-flows, outputs",
    inputs: { topic: "river" },
    yaml: `
flows:
  - id: review-topic
    version: "2"
    description: Reviews a topic.
    inputs: { topic: text, limit: { type: int, default: 12, description: How long. }, tags: "list[text]?" }
    state: { rounds: { type: int, default: 0 }, note: text? }
    steps:
      - { id: facts, type: code, run: ./code.mjs#research, with: { topic: "{{ input.topic }}" }, retry: { attempts: 2, delay: 1 } }
      - { id: text, type: code, run: ./code.mjs#improve, on: facts or again, timeout: 1s, description: "Makes it\\nlonger. */" }
      - id: check
        type: router
        on: text
        cases:
          - { when: "size(text.text) > input.limit && text.text != 'x'", label: good }
          - { otherwise: again, payload: { text: "{{ text.text }}" } }
      - { id: named, type: code, run: ./code.mjs#join, on: good and text, args: [a, b], with: { a: "{{ text.text }}", b: "{{ input.topic }}" } }
      - { id: skipped, type: template, template: "never", when: "input.limit < 0" }
      - { id: told, type: template, after: named, template: "It's \`$x {y}\`: {{ named }} {{ orElse(input.tags[0], '-') }}{{ facts }}" }
      - { id: sub, type: flow, flow: inner, with: { n: "{{ input.limit + 1 }}" } }
      - { id: both, type: construct, fields: { told: "{{ told }}", sub: "{{ sub }}", on: true } }
    outputs: { text: "{{ both.told }}", said: "{{ textOf(input.topic) }}", n: "{{ both.sub }}", never: "{{ skipped }}", length: "{{ size(told) }}", none: "{{ size(skipped) }}" }
  - id: inner
    inputs: { n: int }
    steps: [{ id: twice, type: echo, value: "{{ input.n * 2 }}" }]
`,
  },
  {
    name: "flows that take nothing",
    inputs: { n: 1 },
    yaml: `
flows:
  - id: around-plain
    inputs: { n: int }
    steps:
      - { id: first, type: flow, flow: plain }
      - { id: sort, type: router, cases: [{ when: input.n > 0, label: more }, { otherwise: less }] }
      - { id: heard, type: flow, flow: plain, on: more }
      - { id: twice, type: flow, flow: plain, repeat: { while: round < 2, max: 3 } }
    outputs: { all: ["{{ first }}", "{{ heard }}", "{{ twice }}"] }
  - id: plain
    steps: [{ id: one, type: echo, value: 1 }]
`,
  },
  {
    name: "what becomes of steps: outcomes, failures, defaults",
    inputs: { n: 1 },
    yaml: `
flows:
  - id: outcomes
    inputs: { n: int }
    steps:
      - { id: a, type: echo, value: "{{ input.n }}" }
      - { id: b, type: echo, after: [], value: 5, when: input.n > 1 }
      - { id: wrong, type: code, run: ./code.mjs#fails, after: [] }
      - { id: saved, type: template, on: failed(wrong), template: "{{ wrong.code }}: {{ wrong.message }}" }
      - { id: how, type: echo, after: [], value: "{{ outcomeOf(b).status }} {{ orElse(b, 7) }} {{ a }}" }
      - { id: late, type: echo, on: "settled(b) and how", value: ["{{ outcomeOf(b).status }}", "{{ how }}", "{{ outcomeOf(a).status }}"] }
      - { id: two, type: echo, on: { atLeast: [2, a, how, late] }, value: "{{ orElse(how, 'none') }}" }
      - { id: first, type: echo, on: "race(a, how)", value: "{{ orElse(a, 0) }}" }
      - { id: mixed, type: echo, on: { or: [{ and: [a, how] }, late] }, value: "{{ a }} {{ how }}" }
      - { id: all, type: echo, on: "two and first and saved and mixed and late", value: { two: "{{ two }}", saved: "{{ saved }}", late: "{{ late }}", mixed: "{{ mixed }}" } }
`,
  },
  {
    name: "repeats, streams, state, several labels",
    inputs: { n: 1, text: "a b c" },
    yaml: `
flows:
  - id: rounds
    inputs: { n: int, text: text }
    state: { ticks: { type: int, default: 0 } }
    merge: { ticks: sum }
    steps:
      - { id: words, type: code, run: ./code.mjs#words, with: { text: "{{ input.text }}" } }
      - { id: grown, type: echo, value: "{{ words }}x", repeat: { while: "round < 3 && result != ''", max: 5 } }
      - { id: child, type: flow, flow: small, with: { n: "{{ input.n }}" }, repeat: { while: round < 2, max: 3 } }
      - { id: tick, type: code, run: ./code.mjs#tick, with: { n: "{{ input.n + state.ticks }}" } }
      - { id: split, type: code, run: ./code.mjs#several, routes: [odd, even], several: true, with: { n: "{{ tick.n }}" } }
      - { id: odd_one, type: template, on: odd, template: "odd {{ state.ticks }}" }
      - { id: even_one, type: template, on: even, template: "even {{ even.n }}" }
      - { id: end, type: echo, on: odd_one and even_one, value: "{{ [odd_one, even_one, words].join(', ') }}" }
  - { id: small, inputs: { n: int }, steps: [{ id: more, type: echo, value: "{{ input.n + 1 }}" }] }
`,
  },
  {
    name: "expressions of every kind",
    inputs: { list: [3, 1, 2], person: { name: "Ada", tags: ["a", "b"] }, when: "x" },
    yaml: `
types:
  Person: { name: text, tags: "list[text]", age: int?, friend: Person? }
flows:
  - id: expressions
    inputs: { list: "list[int]", person: Person, when: text, more: "map[int]?" }
    steps:
      - id: values
        type: echo
        value:
          a: "{{ input.list.map(x, x * 2 + 1) }}"
          b: "{{ input.list.filter(x, x > 1).map(x, {'n': x, 'of': [x]}) }}"
          c: "{{ input.list.all(x, x > 0) && input.list.exists(x, x == 3) ? 'yes' : 'no' }}"
          d: "{{ input.person.tags == ['a', 'b'] }}"
          e: "{{ input.when.matches('^[x-z]$') }}"
          f: "{{ (input.list[0] + 2) * 3 - -1 }}"
          g: "{{ input.person.name in ['Ada', 'Bob'] }}"
          h: "{{ 2 in input.list }}"
          i: "{{ has(input.person.age) }}"
          j: "{{ orElse(input.person.friend.name, 'nobody') }}"
          k: "{{ !(input.when == 'y') || (input.person.name == 'x' && false) }}"
          l: "{{ input.person.name.startsWith('A') && input.person.name.contains('d') }}"
          m: "{{ size(input.list) + size(input.person.name) }}"
          n: "{{ orElse(input.more.one, 4) % 3 }}"
          o: "{{ 'text \\"quoted\\" ' + input.when }}"
          p: "About {{ input.person.name }}: {{ input.list }} {{ input.person.age }} {{ 1 + 1 }} $\${not}"
          __proto__x: 1
      - { id: named, type: echo, value: "{{ values.a == values.b }}" }
      - { id: shape, type: construct, as: Person, fields: { name: "{{ values.o }}", tags: "{{ input.person.tags }}", age: "4" } }
      - { id: people, type: decode, text: '[{"name": "x", "tags": []}]', as: "list[Person]" }
      - { id: day, type: decode, text: '{"day": "2026-02-03", "kind": "b", "m": {"a": 1}}', as: { day: date, kind: '"a" | "b"', m: "map[number]", any: any?, u: "int | text?" } }
`,
  },
  {
    name: "people, time, signals",
    inputs: { name: "Ada" },
    answers: [{ outcome: "no", feedback: { why: "late" } }, 7, ["legal", { ok: true }]],
    yaml: `
flows:
  - id: people
    inputs: { name: text }
    signals: { legal: { ok: bool }, go: any }
    steps:
      - { id: put, type: approval, message: "Is {{ input.name }} right?", outcomes: ["yes", "no"], value: { of: "{{ input.name }}" }, feedback: { why: text } }
      - { id: asked, type: ask, on: "no", prompt: "How many, {{ input.name }}?", as: int }
      - { id: legal_too, type: echo, on: legal and asked, value: ["{{ legal.ok }}", "{{ asked }}"] }
      - { id: wait, type: sleep, for: "{{ '1ms' }}" }
      - { id: quick, type: ask, prompt: Well?, within: 0ms, otherwise: "{{ input.name }}" }
      - { id: end, type: echo, value: { legal: "{{ legal_too }}", quick: "{{ quick }}" } }
`,
  },
  {
    name: "variables, and steps by name",
    inputs: { topic: "mills" },
    yaml: `
steps:
  shared: { type: template, template: "about {{ topic }}", inputs: [topic], outputs: [text] }
flows:
  - id: variables
    inputs: [topic]
    variables: { topic: text, text: text, a: any, b: any, both: any }
    steps:
      - shared
      - { id: pair, type: construct, fields: { a: "{{ text }}", b: "{{ topic }}" }, outputs: [a, b] }
      - { id: joined, type: code, run: ./code.mjs#join, args: [a, b], inputs: [a, b], outputs: [both] }
    outputs: [both, a]
`,
  },
  {
    name: "texts of numbers and truths, and of variables that have none",
    inputs: { n: 3, b: false, t: null },
    yaml: `
flows:
  - id: texts
    inputs: { n: int, b: bool, d: { type: number, default: 1.5 }, t: text? }
    variables: { count: int, on: bool, none: int, off: bool, word: text }
    steps:
      - { id: made, type: construct, fields: { count: "{{ input.n }}", on: "{{ input.b }}" }, outputs: [count, on] }
      - { id: empty, type: construct, fields: { other: 1 }, outputs: [none, off, word] }
      - { id: number, type: template, template: "{{ input.n }}" }
      - { id: truth, type: template, template: "{{ on }}" }
      - { id: sum, type: template, template: "{{ count + 1 }}" }
      - { id: nothing, type: template, template: "{{ none }}{{ off }}{{ word }}{{ input.t }}" }
      - { id: alone, type: template, template: "{{ none }}" }
      - { id: line, type: template, template: "{{ count }} {{ on }} {{ input.d }} {{ count > 2 }} {{ size(number) }}" }
      - { id: all, type: echo, value: ["{{ number }}", "{{ truth }}", "{{ sum }}", "{{ nothing }}", "{{ alone }}", "{{ line }}"] }
`,
  },
  {
    name: "items: batches, positions, lists in lists, state and inputs",
    parallel: true,
    inputs: {
      teams: [
        { name: "a", people: ["Ada", "Al"] },
        { name: "b", people: [] },
        { name: "c", people: ["Cy"] },
      ],
      least: 2,
    },
    yaml: `
flows:
  - id: items
    inputs: { teams: "list[any]", least: int }
    state: { ticks: { type: int, default: 0 } }
    merge: { ticks: sum }
    steps:
      - { id: rate, type: echo, value: 3 }
      - { id: team, type: explode, items: "{{ input.teams }}" }
      - { id: name, type: echo, value: "{{ team.name }}", workers: 2, when: "team.name != 'b' && rate == 3" }
      - { id: told, type: template, template: "{{ team.people }} {{ name }} {{ rate }}" }
      - { id: person, type: explode, items: "{{ team.people }}" }
      - { id: long, type: code, run: ./code.mjs#lengths, with: { names: "{{ person }}" }, batch: 2, when: size(person) > input.least - 1, retry: { attempts: 2, delay: 0 } }
      - { id: same, type: echo, value: "{{ person }}", batch: 3 }
      - { id: tick, type: code, run: ./code.mjs#tick, with: { n: "{{ long + input.least }}" }, when: long >= input.least }
      - { id: failing, type: code, run: ./code.mjs#picky, with: { name: "{{ same }}", tick: "{{ tick.n }}" }, when: long > 0 }
      - { id: all, type: collect, value: { told: "{{ told }}", of: "{{ failing }}", least: "{{ input.least }}", rate: "{{ rate }}" } }
      - { id: counted, type: aggregate, items: "{{ all.items }}", make: count }
      - { id: again, type: explode, items: "{{ all.items }}" }
      - { id: plain, type: echo }
      - { id: end, type: collect, failed: drop }
`,
  },
];
