// Opens pages in a headless Chromium and tells what a reader has of them. Each line of stdin is a list of jobs
// as JSON, each line of stdout their answers. Run in a folder that holds puppeteer-core and axe-core.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const require = createRequire(`${process.cwd()}/`);
const puppeteer = (await import(require.resolve("puppeteer-core"))).default;
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const browser = await puppeteer.launch({
  executablePath: process.argv[2],
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"],
});

const visit = async (job) => {
  const page = await browser.newPage();
  const requests = [], faults = [];
  page.on("request", (request) => requests.push(request.url()));
  if (job.at) {
    // The register's own address, of which no name server knows, is answered by the server of the test.
    await page.setRequestInterception(true);
    page.on("request", async (request) => {
      try {
        const asked = new URL(request.url());
        const answer = await fetch(`${job.from}${asked.pathname}${asked.search}`);
        const headers = { "content-type": answer.headers.get("content-type") ?? "application/octet-stream" };
        await request.respond({ status: answer.status, headers, body: Buffer.from(await answer.arrayBuffer()) });
      } catch (problem) {
        // The page was closed while it still asked.
        if (!page.isClosed()) await request.abort().catch(() => {});
      }
    });
  }
  page.on("pageerror", (problem) => faults.push(String(problem)));
  page.on("console", (line) => line.type() === "error" && faults.push(line.text()));
  await page.setViewport({ width: job.width ?? 320, height: 640 });
  await page.setJavaScriptEnabled(job.javascript ?? true);
  if (job.now) await page.evaluateOnNewDocument((now) => { Date.now = () => now; }, job.now);
  if (job.before) await page.evaluateOnNewDocument(job.before);
  const response = await page.goto(`${job.at || job.from}${job.path}`, { waitUntil: "load" });
  if (job.wait) {
    await page.waitForFunction("document.documentElement.dataset.check", { timeout: 8000 }).catch(() => {});
  }
  const answer = { status: response?.status() ?? null, requests, faults };
  answer.cookies = (await page.cookies()).length;
  if (job.picture) await page.screenshot({ path: job.picture, fullPage: true });
  answer.text = await page.evaluate("document.body.innerText");
  answer.check = await page.evaluate("document.documentElement.dataset.check ?? null");
  answer.scroll = await page.evaluate("document.documentElement.scrollWidth");
  answer.inner = await page.evaluate("document.documentElement.clientWidth");
  if (job.axe) {
    // Its rules are evaluated past the page's own policy, which allows no other script.
    await page.evaluate(axe);
    answer.violations = await page.evaluate(
      "axe.run().then((all) => all.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' ')}`))"
    );
  }
  await page.close();
  return answer;
};

for await (const line of createInterface({ input: process.stdin })) {
  const answers = [];
  for (const job of JSON.parse(line)) {
    try {
      answers.push(await visit(job));
    } catch (problem) {
      answers.push({ failed: String(problem) });
    }
  }
  process.stdout.write(`${JSON.stringify(answers)}\n`);
}
await browser.close();
