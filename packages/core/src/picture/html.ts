/**
 * A flow as one HTML file: the drawing, and beside it what is known of every step. Nothing is fetched, and nothing but its own
 * script and style, told by their hashes, can act in it, whatever stands in the texts.
 */
import { createHash } from "node:crypto";
import type { StepOrigin } from "../definition/index.js";
import type { FlowPlan } from "../plan/index.js";
import { drawPicture } from "./draw-picture.js";
import { escapeText } from "./escape-text.js";
import { factsOf } from "./facts.js";
import { pageScript } from "./page-script.js";
import { pageStyle } from "./page-style.js";
import { pictureStyle } from "./picture-style.js";
import { stepArticle } from "./step-article.js";
import { summary } from "./summary.js";
import type { DrawnDefinition, PictureSubject } from "./svg.js";
import { timeText } from "./time-text.js";
import { typeText } from "./type-text.js";
import type { PictureOptions, PictureTheme, RunOverlay } from "./types.js";

export function plotHtml({ plan: own, definition }: PictureSubject, options: PictureOptions = {}): string {
  const { theme = "auto", run, origins } = options;
  const plan = run?.plan ?? own;
  const context = { plan, definition, facts: factsOf(definition, origins), ...(run && { run }) };
  const style = `${pictureStyle()}${pageStyle(theme)}`;
  const policy = `default-src 'none'; script-src ${hashOf(pageScript)}; style-src ${hashOf(style)}; base-uri 'none'; form-action 'none'`;
  const drawing = drawPicture(plan, { ...context, buttons: true, head: "", tips: tipsOf(definition) });
  const articles = plan.steps.map((_, step) => stepArticle(step, context));
  const name = escapeText(plan.flow);
  return `<!doctype html>
<html lang="en"${given(theme)}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${name}</title>
<style>${style}</style>
</head>
<body>
<header>
<a class="skip" href="#steps">To the list of steps</a>
<h1>${name}</h1>
<p>${escapeText(about(plan, run))}</p>
<div class="tools" role="toolbar" aria-label="Picture">
<input id="search" type="search" placeholder="Find a step" aria-label="Find a step" aria-describedby="found"><span id="found" role="status"></span>
<button type="button" data-do="out" aria-label="Zoom out">−</button><button type="button" data-do="in" aria-label="Zoom in">+</button><button type="button" data-do="fit">Fit</button><button type="button" id="theme" aria-label="Light or dark">Dark</button>
</div>
</header>
<main aria-label="The picture">
${drawing}
<svg id="map" hidden aria-hidden="true"></svg>
</main>
<aside id="steps" aria-label="Steps" tabindex="-1">
<button type="button" class="all-steps" data-do="back">All steps</button>
${overview(context)}
${articles.join("\n")}
</aside>
<div id="tip" hidden></div>
<script>${pageScript}</script>
</body>
</html>
`;
}

/** The list of all steps: what stands beside the drawing as long as none is chosen. */
function overview({
  plan,
  facts,
  run,
  definition,
}: {
  readonly plan: FlowPlan;
  readonly definition: DrawnDefinition;
  readonly facts: ReadonlyMap<string, StepOrigin>;
  readonly run?: RunOverlay;
}): string {
  const rows = plan.steps.map(({ name }, step) => {
    const told = facts.get(name)?.description?.split("\n", 1)[0];
    const words = told === undefined ? "" : ` – ${escapeText(told)}`;
    return `<li><a href="#about-${step}" data-go="${step}">${escapeText(name)}</a>${words}</li>`;
  });
  const failure = run?.error === undefined ? "" : `<p class="error">${escapeText(run.error)}</p>`;
  return `<div class="overview"><h2>Steps</h2><p class="kind">${escapeText(summary(plan, run))}</p>${failure}<ol>${rows.join("")}</ol>${typesOf(definition)}</div>`;
}

/** What the schemas of the flow say. */
function typesOf({ inputs, state, output, signals }: DrawnDefinition): string {
  const rows = [
    ["inputs", typeText(inputs)],
    ["state", typeText(state, "output")],
    ["output", typeText(output, "output")],
    ...[...(signals ?? [])].map(([name, schema]) => [`signal ${name}`, typeText(schema)] as const),
  ] as const;
  const told = rows.flatMap(([name, text]) =>
    text === undefined ? [] : [`<div><dt>${escapeText(name)}</dt><dd><code>${escapeText(text)}</code></dd></div>`],
  );
  return told.length === 0 ? "" : `<h3>Types</h3><dl>${told.join("")}</dl>`;
}

function about({ steps, version }: FlowPlan, run: RunOverlay | undefined): string {
  const parts = [`${steps.length} ${steps.length === 1 ? "step" : "steps"}`];
  if (version !== null) parts.push(`version ${version}`);
  if (run) parts.push(`run ${run.run}: ${run.status}`);
  if (run?.startedAt !== undefined)
    parts.push(`${new Date(run.startedAt).toISOString()}, ${timeText(run.lastAt - run.startedAt)}`);
  if (run?.plan) parts.push("drawn by the plan that this run goes by; the code has changed since");
  if (run && !run.whole) parts.push("older entries are gone");
  return parts.join(" · ");
}

/** Of what is no step: what comes in there. */
function tipsOf({ inputs, signals }: DrawnDefinition): ReadonlyMap<string, string> {
  const tips = new Map<string, string>();
  const tell = (node: string, schema: DrawnDefinition["inputs"]) => {
    const text = typeText(schema);
    if (text !== undefined) tips.set(node, text);
  };
  tell("start", inputs);
  for (const [name, schema] of signals ?? []) tell(`signal ${name}`, schema);
  return tips;
}

const given = (theme: PictureTheme) => (theme === "auto" ? "" : ` data-given="${theme}"`);
const hashOf = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
