/** A Chromium with pages of flows: what a page logs, asks for or throws is kept, to be looked at by the test. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type BrowserContextOptions, chromium, type Page } from "playwright-core";

export interface OpenedPage {
  readonly page: Page;
  /** What went wrong: errors, violations of the page's policy, requests. */
  readonly complaints: string[];
}

export interface PageOpener {
  open(html: string, options?: BrowserContextOptions): Promise<OpenedPage>;
  close(): Promise<void>;
}

export async function startBrowser(): Promise<PageOpener> {
  const folder = mkdtempSync(join(tmpdir(), "pictures-"));
  const browser = await chromium.launch({
    executablePath: process.env.MILLRACE_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
  let files = 0;
  return {
    async open(content, options) {
      const isSvg = content.startsWith("<svg");
      const file = join(folder, `${files++}.${isSvg ? "svg" : "html"}`);
      writeFileSync(file, content);
      const context = await browser.newContext({ viewport: { width: 1200, height: 760 }, ...options });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(String(error)));
      page.on("request", (request) => {
        if (request.url() !== pathToFileURL(file).href) complaints.push(`asked for ${request.url()}`);
      });
      await page.goto(pathToFileURL(file).href);
      return { page, complaints };
    },
    async close() {
      await browser.close();
      rmSync(folder, { recursive: true });
    },
  };
}
