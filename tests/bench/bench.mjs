// The surroundings of one measurement: a tiny server for the page, and a browser with a profile folder of its own.
import { createServer } from "node:http";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const PAGE = fileURLToPath(new URL("page/", import.meta.url));
const DEXIE = fileURLToPath(new URL("../node_modules/dexie/dist/dexie.mjs", import.meta.url));
const TYPES = { html: "text/html", mjs: "text/javascript", js: "text/javascript", wasm: "application/wasm" };
/** Inserting every row as an object takes minutes where the machine is busy. */
const LONGEST_MS = 1_800_000;

export class Bench {
  #server;
  #folder;

  static async start() {
    const bench = new Bench();
    bench.#folder = await mkdtemp(join(tmpdir(), "zoufang-bench-"));
    bench.#server = createServer((request, response) => answer(request.url, response));
    await new Promise((ready) => bench.#server.listen(0, "127.0.0.1", ready));
    return bench;
  }

  async close() {
    await new Promise((closed) => this.#server.close(closed));
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** An empty profile: no storage, no caches. */
  async emptyProfile(name) {
    const profile = join(this.#folder, name);
    await rm(profile, { recursive: true, force: true });
    return profile;
  }

  /** A browser process of its own on this profile, one page; `work` gets `call(name, ...given)` into `window.bench`. */
  async inBrowser(profile, work) {
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: process.env.CHROMIUM ?? "chromium",
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
    });
    try {
      const page = await context.newPage();
      page.setDefaultTimeout(LONGEST_MS);
      page.on("crash", () => console.log("  the page crashed"));
      await page.goto(`http://127.0.0.1:${this.#server.address().port}/`);
      await page.waitForFunction(() => window.bench);
      return await work((name, ...given) => page.evaluate(([name, given]) => window.bench[name](...given), [name, given]));
    } finally {
      await context.close();
    }
  }
}

async function answer(url, response) {
  const name = url === "/" ? "index.html" : url.slice(1);
  const file = name.startsWith("bench.") ? join(process.env.ZOUFANG_BENCH_MODULE, name) : name === "dexie.mjs" ? DEXIE : join(PAGE, name);
  const bytes = /^[\w.-]+$/.test(name) ? await readFile(file).catch(() => null) : null;
  response.writeHead(bytes ? 200 : 404, {
    "content-type": TYPES[name.split(".").pop()] ?? "text/plain",
    // An isolated page has a clock of 5 µs instead of 100.
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
  });
  response.end(bytes ?? "");
}
