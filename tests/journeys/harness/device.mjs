// A browser with a profile of its own: a phone in the hand or a desk. It can be killed like a phone whose battery dies, and started again on what is left.
import { readFile, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright-core";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic"];

/** How long a visible condition may take on a loaded machine with two cores, milliseconds. */
export const PATIENCE_MS = 30_000;

export const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, permissions: ["geolocation"] };
/** The narrowest screen that must do. */
export const NARROW = { ...PHONE, viewport: { width: 360, height: 740 } };
export const DESK = { viewport: { width: 1280, height: 800 } };

export class Device {
  #dir;
  #options;
  #prepare;
  #server;

  /**
   * @param {object} options Playwright's context options
   * @param {(context) => Promise<void>} prepare runs before any page, at every start
   */
  constructor({ name, dir, server, options, prepare }) {
    this.name = name;
    this.#dir = dir;
    this.#server = server;
    this.#options = options;
    this.#prepare = prepare;
    this.taps = 0;
    /** Uncaught errors of the pages: none of them is ever right. */
    this.crashes = [];
  }

  async start() {
    this.context = await chromium.launchPersistentContext(this.#dir, {
      executablePath: CHROMIUM,
      args: SWITCHES,
      locale: "zh-CN",
      timezoneId: "Asia/Shanghai",
      baseURL: this.#server.address,
      ...this.#options,
    });
    this.context.setDefaultTimeout(PATIENCE_MS);
    this.context.on("weberror", (told) => this.crashes.push(told.error().message));
    await this.#prepare?.(this.context);
    this.page = this.context.pages()[0] ?? (await this.context.newPage());
  }

  async open(path = "/") {
    await this.page.goto(path);
  }

  /** SIGKILL to the browser's one main process: nothing gets a chance to be written. */
  async kill() {
    const closed = new Promise((done) => this.context.once("close", done));
    const pid = await mainProcess(this.#dir);
    process.kill(pid, "SIGKILL");
    await closed;
    await gone(pid);
  }

  /** Started anew on the profile that a kill left. */
  async startCold(path) {
    const left = (await readdir(this.#dir)).filter((file) => file.startsWith("Singleton"));
    await Promise.all(left.map((file) => rm(join(this.#dir, file), { force: true })));
    await this.start();
    await this.open(path);
  }

  async close() {
    await this.context?.close();
  }

  /** A tap that counts against the budgets of the contract. */
  async tap(target) {
    this.taps += 1;
    await (this.#options.hasTouch ? target.tap() : target.click());
  }

  button(name) {
    return this.page.getByRole("button", { name, exact: true });
  }

  link(name) {
    return this.page.getByRole("link", { name, exact: true });
  }

  /** A field by its label; the star of a required one is not part of the name. */
  field(name) {
    return this.page.getByLabel(new RegExp(`^${name}\\*?$`));
  }

  text(words) {
    return this.page.getByText(words);
  }

  /** Waits until it is seen; the locator again. */
  async see(target) {
    const locator = typeof target === "string" || target instanceof RegExp ? this.text(target).first() : target;
    await locator.waitFor({ state: "visible" });
    return locator;
  }

  async seeNoMore(target) {
    const locator = typeof target === "string" || target instanceof RegExp ? this.text(target).first() : target;
    await locator.waitFor({ state: "hidden" });
  }

  /** Chromium's own protocol, for what no page can ask. */
  async cdp() {
    return this.context.newCDPSession(this.page);
  }
}

/** The process of this profile that is nobody's child: its command line names the folder and no type. */
async function mainProcess(dir) {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const words = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (words.includes(`--user-data-dir=${dir}`) && !words.includes("--type=")) return Number(pid);
  }
  throw new Error(`no browser runs on ${dir}`);
}

/** The profile's files are free only when the process is gone. */
async function gone(pid) {
  for (;;) {
    const state = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
    if (state === null || / [ZX] /.test(state)) return;
    await new Promise((later) => setImmediate(later));
  }
}
