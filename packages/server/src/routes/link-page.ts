/** What people see who open a link: the question with a form, or that it is answered, over, or none. Nothing is done by opening it: mail scanners do. */
import { html } from "hono/html";
import type { Question } from "millrace";
import { formFields } from "./question-form.js";

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

export interface QuestionPageOptions {
  /** The only outcome that the link allows. */
  readonly outcome?: string | undefined;
  /** What was answered before, and why it does not fit. */
  readonly refused?: { readonly form: URLSearchParams; readonly why: string };
}

export function questionPage({ prompt, value, schema, until }: Question, options: QuestionPageOptions): Html {
  const { outcome, refused } = options;
  const about = value === undefined ? "" : html`<pre>${shown(value)}</pre>`;
  const over = until === undefined ? "" : html`<p><small>Until ${new Date(until).toISOString()}</small></p>`;
  const why = refused ? html`<p role="alert"><strong>${refused.why}</strong></p>` : "";
  const fields = formFields(schema, {
    ...(refused && { given: refused.form }),
    ...(outcome !== undefined && { only: outcome }),
  });
  return page(prompt, html`${about}${why}<form method="post">${fields}</form>${over}`);
}

export function textPage(title: string, text: string): Html {
  return page(title, html`<p>${text}</p>`);
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
          textarea, input, select { width: 100%; box-sizing: border-box; font: inherit; padding: .3rem }
          textarea { min-height: 4rem }
          fieldset { border: 1px solid #8884; border-radius: .4rem; margin: 0 0 1rem }
          button { font: inherit; padding: .4rem 1rem; margin: 0 .4rem .4rem 0 }
        </style>
      </head>
      <body>
        <h1>${title}</h1>
        ${body}
      </body>
    </html>`;
}
