// Eight tabs on one profile, opened, closed, left, frozen, robbed of the writer's lock, each of them written in: `node tests/campaigns/tabs.mjs [--seeds N] [--from SEED]`.
// What was shown as saved must be at the server in the end, once; all tabs must show the same; nothing may be stuck.
import assert from "node:assert/strict";
import { parseArgs } from "node:util";
import { PATIENCE_MS } from "../journeys/harness/device.mjs";
import { Chance } from "./chance.mjs";
import { inShort } from "./in-short.mjs";
import { plainBrowser } from "./plain-browser.mjs";
import { Prepared } from "./prepared.mjs";
import { Tab } from "./tab.mjs";
import { faults } from "./truth.mjs";

const { values } = parseArgs({ options: { seeds: { type: "string", default: "3" }, from: { type: "string", default: "1" } } });
const SEEDS = Number(values.seeds);
const FROM = Number(values.from);

const TABS = 8;
const STEPS = 30;
/** A step that takes longer is stuck, milliseconds. */
const STUCK_MS = 2 * PATIENCE_MS;
/** How often each thing happens. */
const HAPPENS = { write: 8, writeAndLeave: 4, look: 4, freeze: 3, leaveFrozen: 4, thaw: 1, steal: 2, close: 1, reload: 1 };

class Person {
  constructor(context, address, chance, places, told) {
    this.context = context;
    this.address = address;
    this.chance = chance;
    this.places = places;
    this.told = told;
    this.tabs = [];
    this.notes = [];
  }

  get seen() {
    return this.tabs.find((tab) => tab.isSeen);
  }

  async open() {
    const tab = await Tab.open(this.context, this.address, this.chance.among(this.places));
    this.tabs.push(tab);
    await this.#looksAt(tab);
  }

  async #looksAt(tab) {
    for (const other of this.tabs) other.isSeen = other === tab;
    await tab.look();
  }

  async step(seed, n) {
    const what = this.chance.weighted(HAPPENS);
    this.told.push(`${n}: ${what} (${this.tabs.map((tab) => tab.toString()).join(" ")})`);
    const done = async () => {
      await this[what](`第${seed}日${n}号`);
      while (this.tabs.length < TABS) await this.open();
    };
    await inTime(done());
  }

  #note(mark) {
    const note = { kind: "note", place: this.seen.place, mark, saved: 0 };
    this.notes.push(note);
    return note;
  }

  /** In the tab that is looked at, until it says that it is saved. */
  async write(mark) {
    const note = this.#note(mark);
    await this.seen.write(mark);
    await this.seen.isKept(mark);
    note.saved += 1;
  }

  /** Off to another tab before the answer is there; what became of it is seen later. */
  async writeAndLeave(mark) {
    const [note, tab] = [this.#note(mark), this.seen];
    await tab.write(mark);
    await this.look();
    await this.#looksAt(tab);
    await tab.isKept(mark);
    note.saved += 1;
  }

  async look() {
    await this.#looksAt(this.chance.among(this.tabs));
  }

  /**
   * No browser freezes a tab in the middle of a transaction that others wait for (Chromium: a reason against freezing in its
   * performance manager). Where that has happened all go on for a moment, and it is frozen then.
   */
  async #freeze(tab) {
    // Freezing takes a moment, in which a transaction may still begin: looked at twice.
    const free = async () => (await this.seen.canUseTheStorage()) && (await this.seen.canUseTheStorage());
    for (;;) {
      await tab.freeze();
      if (await free()) return;
      for (const frozen of this.tabs.filter((tab) => tab.isFrozen)) await frozen.thaw();
      while (!(await free()));
    }
  }

  /** Browsers freeze what nobody looks at, whoever holds a lock there. */
  async freeze() {
    const hidden = this.tabs.filter((tab) => !tab.isSeen && !tab.isFrozen);
    if (hidden.length > 0) await this.#freeze(this.chance.among(hidden));
  }

  /** Left and frozen at once, before it could hand anything over. */
  async leaveFrozen() {
    const left = this.seen;
    const others = this.tabs.filter((tab) => tab !== left);
    const next = this.chance.among(others);
    await next.thaw();
    for (const tab of this.tabs) tab.isSeen = tab === next;
    await next.page.bringToFront();
    await this.#freeze(left);
    await next.look();
  }

  async thaw() {
    const frozen = this.tabs.filter((tab) => tab.isFrozen);
    if (frozen.length > 0) await this.chance.among(frozen).thaw();
  }

  async steal() {
    await this.seen.stealTheLock();
  }

  async close() {
    const tab = this.chance.among(this.tabs);
    this.tabs = this.tabs.filter((other) => other !== tab);
    await tab.close();
    if (!this.seen) await this.look();
  }

  async reload() {
    await this.seen.reload();
  }

  /** Every tab, looked at once more, shows all that was written about its customer. */
  async agree() {
    for (const tab of this.tabs) {
      await this.#looksAt(tab);
      for (const note of this.notes.filter((note) => note.place === tab.place)) await tab.isConfirmed(note.mark);
    }
  }
}

async function inTime(step) {
  let limit;
  const stuck = new Promise((_, failed) => {
    limit = setTimeout(() => failed(new Error("stuck")), STUCK_MS);
  });
  await Promise.race([step, stuck]).finally(() => clearTimeout(limit));
}

async function run(prepared, seed, told) {
  const { server, desk, close, profile } = await prepared.house(`tabs-${seed}`);
  const browser = await plainBrowser(profile);
  const crashes = [];
  browser.context.on("weberror", (told) => crashes.push(told.error().message));
  try {
    const person = new Person(browser.context, server.address, new Chance(seed), prepared.places, told);
    for (let n = 0; n < TABS; n += 1) await person.open();
    for (let n = 0; n < STEPS; n += 1) await person.step(seed, n);
    await person.agree();
    assert.ok(person.notes.length > 0, "something was written");
    await desk.startAgain();
    return [...crashes, ...(await faults(desk, person.notes, prepared.places))];
  } finally {
    await browser.close();
    await close();
  }
}

const prepared = await Prepared.make();
const failed = [];
const started = performance.now();
for (let seed = FROM; seed < FROM + SEEDS; seed += 1) {
  const began = performance.now();
  const told = [];
  const wrong = await run(prepared, seed, told).catch((error) => [error.stack ?? String(error)]);
  console.log(`${wrong.length ? "✗" : "✓"} seed ${seed}: ${TABS} tabs, ${STEPS} steps (${seconds(began)})`);
  if (wrong.length > 0) {
    failed.push(`seed ${seed} FAILED: ${inShort(wrong[0])}`);
    console.log([...wrong, "what happened:", ...told].map((line) => `    ${line}`).join("\n"));
  }
}
await prepared.remove();
console.log(`tabs: ${SEEDS} seeds, ${failed.length} not as they should be (${seconds(started)})`);
for (const line of failed) console.log(line);
process.exit(failed.length > 0 ? 1 : 0);

function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
