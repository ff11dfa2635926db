// A browser with a profile of its own: a phone in the hand or a desk. It can be killed like a phone whose battery dies, and started again on what is left.
import assert from "node:assert/strict";
import { readFile, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright-core";

export const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
export const SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic"];

/** How long a visible condition may take on a loaded machine with two cores, milliseconds. */
export const PATIENCE_MS = 30_000;

/** So many of the last lines of a browser's console are kept. */
const LINES_KEPT = 20;

export const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, permissions: ["geolocation"] };
/** The narrowest screen that must do. */
export const NARROW = { ...PHONE, viewport: { width: 360, height: 740 } };
export const DESK = { viewport: { width: 1280, height: 800 } };

export class Device {
  dir;
  #options;
  #prepare;
  #server;
  #group;
  #lines;

  /**
   * @param {object} options Playwright's context options
   * @param {(context) => Promise<void>} prepare runs before any page, at every start
   */
  constructor({ name, dir, server, options, prepare }) {
    this.name = name;
    this.dir = dir;
    this.#server = server;
    this.#options = options;
    this.#prepare = prepare;
    this.taps = 0;
    /** Uncaught errors of the pages: none of them is ever right. */
    this.crashes = [];
    this.#lines = [];
  }

  async start() {
    this.context = await chromium.launchPersistentContext(this.dir, {
      executablePath: CHROMIUM,
      args: SWITCHES,
      locale: "zh-CN",
      timezoneId: "Asia/Shanghai",
      baseURL: this.#server.address,
      ...this.#options,
    });
    this.context.setDefaultTimeout(PATIENCE_MS);
    this.context.on("weberror", (told) => this.crashes.push(told.error().stack));
    this.context.on("console", (line) => this.#note(`${line.type()}: ${line.text()}`));
    this.context.on("requestfailed", (asked) => this.#note(`not fetched: ${asked.url()} (${asked.failure()?.errorText})`));
    this.#note("started");
    await this.#prepare?.(this.context);
    this.page = this.context.pages()[0] ?? (await this.context.newPage());
    this.#group = await groupOf(this.dir);
  }

  async open(path = "/") {
    await this.page.goto(path);
  }

  /** SIGKILL to all of the browser's processes at once: nothing gets a chance to be written. */
  async kill() {
    const closed = new Promise((done) => this.context.once("close", done));
    process.kill(-this.#group, "SIGKILL");
    await closed;
    await gone(this.#group);
  }

  /** Started anew on the profile that a kill left. */
  async startCold(path) {
    await this.startAgain();
    await this.open(path);
  }

  /** The same, with nothing opened yet. */
  async startAgain() {
    const left = (await readdir(this.dir)).filter((file) => file.startsWith("Singleton"));
    await Promise.all(left.map((file) => rm(join(this.dir, file), { force: true })));
    await this.start();
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

  #note(line) {
    this.#lines.push(line);
    this.#lines.splice(0, this.#lines.length - LINES_KEPT);
  }

  /** Where it is, what the screen says and what the console said last: for whoever reads of a failure. */
  async account() {
    const screen = await this.page.locator("body").innerText({ timeout: 5_000 }).catch((error) => `unreadable: ${error.message}`);
    return [`at ${this.page.url()}`, `the screen says: ${screen.replace(/\s+/g, " ").slice(0, 600)}`, ...this.#lines];
  }

  /** Chromium's own protocol, for what no page can ask. */
  async cdp() {
    return this.context.newCDPSession(this.page);
  }
}

/** Id, group and state of every process there is. */
async function processes() {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const told = await Promise.all(
    pids.map(async (pid) => {
      // One that has ended meanwhile has no file any more.
      const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
      // The name may hold anything, so what is read comes after its last bracket: state, parent, group.
      const [state, , group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return { pid, state, group: Number(group) };
    }),
  );
  return told.filter((one) => one.state !== "");
}

/** The process group of this profile's browser. Its main process is the one whose command line names the folder and no type. */
async function groupOf(dir) {
  const all = await processes();
  for (const { pid, group } of all) {
    const words = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (!words.includes(`--user-data-dir=${dir}`) || words.includes("--type=")) continue;
    const ours = all.find((one) => Number(one.pid) === process.pid).group;
    assert.notEqual(group, ours, "the browser has a process group of its own");
    return group;
  }
  throw new Error(`no browser runs on ${dir}`);
}

/** The profile's files are free only when all of the group are gone. */
async function gone(group) {
  const lives = (one) => one.group === group && !["Z", "X"].includes(one.state);
  while ((await processes()).some(lives)) await new Promise((later) => setImmediate(later));
}
