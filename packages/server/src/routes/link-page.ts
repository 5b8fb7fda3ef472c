/** What people see who open a link: the question with a form, or that it is answered, over, or none. Nothing is done by opening it: mail scanners do. */
import { html } from "hono/html";
import type { Question } from "millrace";

type Html = ReturnType<typeof html>;

export const pageHeaders = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  // the address is the right to answer: it is told to no other page
  "referrer-policy": "no-referrer",
  "x-robots-tag": "noindex",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
};

/** @param outcome The only one that the link allows. */
export function questionPage(question: Question, outcome: string | undefined): Html {
  const { prompt, value, outcomes, until } = question;
  const about = value === undefined ? "" : html`<pre>${shown(value)}</pre>`;
  const over = until === undefined ? "" : html`<p><small>Until ${new Date(until).toISOString()}</small></p>`;
  const body = outcomes ? decision(question, outcome === undefined ? outcomes : [outcome]) : answer(question);
  return page(prompt, html`${about}<form method="post">${body}</form>${over}`);
}

export function textPage(title: string, text: string): Html {
  return page(title, html`<p>${text}</p>`);
}

function decision({ schema }: Question, outcomes: readonly string[]): Html {
  const takesText = "feedback" in ((schema as { readonly properties?: object } | null)?.properties ?? {});
  const field = takesText ? html`<p><label>Feedback<br /><textarea name="feedback"></textarea></label></p>` : "";
  const buttons = outcomes.map((one) => html`<button name="outcome" value="${one}">${one}</button> `);
  return html`${field}
    <p>${buttons}</p>`;
}

function answer({ schema }: Question): Html {
  const { enum: choices } = (schema ?? {}) as { readonly enum?: readonly unknown[] };
  if (choices?.every((one) => typeof one === "string")) {
    return html`<p>${choices.map((one) => html`<button name="value" value="${String(one)}">${String(one)}</button> `)}</p>`;
  }
  return html`<p><label>Answer<br /><textarea name="value" required></textarea></label></p>
    <p><button>Send</button></p>`;
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

function page(title: string, body: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title}</title>
        <style>
          :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
          body { max-width: 40rem; margin: 3rem auto; padding: 0 1rem }
          pre { background: #8881; padding: .8rem; border-radius: .4rem; white-space: pre-wrap; overflow-wrap: anywhere }
          textarea { width: 100%; min-height: 5rem; box-sizing: border-box; font: inherit }
          button { font: inherit; padding: .4rem 1rem; margin: 0 .4rem .4rem 0 }
        </style>
      </head>
      <body>
        <h1>${title}</h1>
        ${body}
      </body>
    </html>`;
}
