// Field days in a real browser that is killed again and again: `node tests/campaigns/kills.mjs [--kills N] [--from SEED] [--losses]`.
// A day is a seed: what she does, where the network is missing, when the browser is killed. What was shown as saved must be at the server in the end, once and whole.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { LIJING, fillSignIn, wholeBook } from "../journeys/harness/people.mjs";
import { everythingSpared, nothingSpared } from "../journeys/harness/spares.mjs";
import { Chance } from "./chance.mjs";
import { Manager, things } from "./field-day.mjs";
import { inShort } from "./in-short.mjs";
import { Prepared } from "./prepared.mjs";
import { faults } from "./truth.mjs";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "40" },
    from: { type: "string", default: "1" },
    losses: { type: "boolean", default: false },
  },
});
const KILLS = Number(values.kills);
const FROM = Number(values.from);

const KILLS_PER_DAY = 10;

/** When a browser is killed, and how often so. */
const MOMENTS = { saved: 5, tapped: 4, opened: 2, online: 2 };
/** How often the network is missing. */
const OFFLINE = 0.4;

/** With `--losses`: how often the browser has lost its whole database at a start after a kill. */
const LOSSES = 0.3;

/** Milliseconds after the moment. */
const WITHIN = { tapped: 200, opened: 2_500, online: 400 };

/** Kills the browser once, at the moment that its chance has drawn. */
class Fate {
  constructor(chance, phone) {
    this.moment = chance.weighted(MOMENTS);
    this.count = this.moment === "online" ? 2 : Number(chance.weighted({ 1: 3, 2: 1 }));
    this.after = Math.floor(chance.next() * (WITHIN[this.moment] ?? 0));
    this.offline = this.moment === "online" || chance.next() < OFFLINE;
    this.phone = phone;
    this.struck = false;
    this.killed = new Promise((done, failed) => (this.settle = { done, failed }));
  }

  toString() {
    return `${this.moment} ${this.count}+${this.after} ms${this.offline ? ", offline" : ""}`;
  }

  opening() {
    if (this.moment === "opened") this.#strike();
  }

  saving() {
    if (this.moment === "tapped") this.#count();
  }

  saved() {
    if (this.moment === "saved" || this.moment === "online") this.#count();
  }

  #count() {
    this.count -= 1;
    if (this.count > 0) return;
    if (this.moment === "online") this.phone.context.setOffline(false).then(() => this.#strike(), this.settle.failed);
    else this.#strike();
  }

  #strike() {
    if (this.after === 0) return this.#kill();
    setTimeout(() => this.#kill(), this.after);
  }

  #kill() {
    this.struck = true;
    this.phone.kill().then(this.settle.done, this.settle.failed);
  }
}

/** Nothing strikes: the end of the day. */
const PEACE = { saving() {}, saved() {} };

/** One day; sentences about what is wrong at its end. */
async function day(prepared, seed, kills, told) {
  const chance = new Chance(seed);
  const drawn = things(chance.branch(), seed, prepared.places);
  const fates = chance.branch();
  const losses = chance.branch();
  const { server, phone, desk, close } = await prepared.house(`day-${seed}`);
  const done = [];
  let present = drawn.next().value;
  const manager = new Manager(phone, PEACE);
  const goOn = async () => {
    await manager.does(present);
    done.push(present);
    present = drawn.next().value;
  };
  try {
    for (let n = 0; n < kills; n += 1) {
      const fate = new Fate(fates.branch(), phone);
      told.push(`${n}: ${fate}, at ${present.mark} (${present.kind})`);
      manager.fate = fate;
      if (values.losses && losses.next() < LOSSES) {
        told.push("   after it has lost its database");
        await losesItsDatabase(phone, server);
      }
      await phone.startAgain();
      await phone.context.setOffline(fate.offline);
      const working = work(phone, present, goOn, fate, told);
      await Promise.race([fate.killed, working]);
    }
    manager.fate = PEACE;
    await phone.startAgain();
    await goOn();
    await phone.open("/me/sync");
    await phone.see("一切已确认");
    await nothingSpared(phone);
    const crashes = [...phone.crashes];
    await phone.close();
    await desk.start();
    return [...crashes, ...(await faults(desk, done, prepared.places))];
  } finally {
    await close();
  }
}

/** As it comes about in Chromium: a start like any other, and at the next all is gone. She signs in again, where there is a network. */
async function losesItsDatabase(phone, server) {
  await phone.startAgain();
  await phone.context.setOffline(true);
  await phone.open("/me/sync");
  await phone.see(/项在本机等待发送|一切已确认/);
  await everythingSpared(phone);
  await phone.kill();
  await rm(join(phone.dir, "Default", "IndexedDB"), { recursive: true });
  await phone.startAgain();
  await phone.open("/");
  await fillSignIn(phone, LIJING, server.people.get(LIJING).password);
  await wholeBook(phone);
  await phone.kill();
}

/** Until she is stopped. What fails because of the kill is no failure. */
async function work(phone, present, goOn, fate, told) {
  try {
    fate.opening();
    await phone.open(present.kind === "customer" ? "/customers" : present.place.path);
    for (;;) await goOn();
  } catch (error) {
    if (fate.struck) return fate.killed;
    told.push(...(await phone.account()));
    throw error;
  }
}

const prepared = await Prepared.make();
const failed = [];
const started = performance.now();
let struck = 0;
let kept = 0;
for (let seed = FROM; struck < KILLS; seed += 1) {
  const kills = Math.min(KILLS_PER_DAY, KILLS - struck);
  const began = performance.now();
  const told = [];
  const wrong = await day(prepared, seed, kills, told).catch((error) => [error.stack ?? String(error)]);
  struck += kills;
  console.log(`${wrong.length ? "✗" : "✓"} seed ${seed}: ${kills} kills (${seconds(began)})`);
  if (wrong.length > 0) {
    failed.push(`seed ${seed} FAILED: ${inShort(wrong[0])}`);
    console.log([...wrong, "what happened:", ...told].map((line) => `    ${line}`).join("\n"));
  }
}
await prepared.remove();
console.log(`kills: ${struck}, ${failed.length} of the days not as they should be (${seconds(started)})`);
for (const line of failed) console.log(line);
process.exit(failed.length > 0 ? 1 : 0);

function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
