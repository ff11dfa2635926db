// The phone's clock jumps: days ahead, years back, right again, with and without a network. Nothing is lost, nothing is stuck, and the history stands in the order in which it was written.
import assert from "node:assert/strict";
import { timeline } from "./harness/customers.mjs";
import { LIJING, signIn, wholeBook, ZHOUPING } from "./harness/people.mjs";
import { agreeToBeingLocated, at, checkIn, checkOut, planned } from "./harness/visits.mjs";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Where the clock stands, less where it should, and whether there is a network. */
const JUMPS = [
  { off: 0, online: true },
  { off: 3 * DAY, online: true },
  { off: -2 * HOUR, online: true },
  { off: -2 * HOUR, online: false },
  { off: 9_000 * DAY, online: false },
  { off: -9_000 * DAY, online: false },
  { off: 0, online: false },
  { off: -DAY, online: true },
  { off: 0, online: true },
];

const text = (n) => `时钟乱跳时的第 ${n} 笔`;

export default async function (house) {
  const server = await house.server({ customers: 200 });
  const phone = await house.phone("phone", { prepare: (context) => context.addInitScript(clockThatJumps) });
  await signIn(house, phone, LIJING);
  await wholeBook(phone);
  await agreeToBeingLocated(phone);
  const stop = await planned(phone);
  const visited = await planned(phone, 1);

  await phone.open(stop.path);
  for (const [n, { off, online }] of JUMPS.entries()) {
    await phone.context.setOffline(!online);
    await jump(phone, off);
    await note(phone, text(n));
    if (online) await phone.see(line(phone, text(n)).getByText("已确认"));
  }
  await inOrder(phone);

  // In with a clock that is right, out with one that was set back meanwhile: the visit ends.
  await at(phone, visited, { accuracy: 12 });
  await checkIn(phone, visited);
  await jump(phone, -HOUR);
  await checkOut(phone);
  await jump(phone, 0);

  await theWayBackIsFoundThoughTheClockWasSetBack(phone, server, stop);

  const desk = await house.desk("desk");
  await signIn(house, desk, ZHOUPING);
  await desk.open(visited.path);
  await desk.see(timeline(desk).getByText("服务器凭证有效"));
  assert.equal(await timeline(desk).getByText("走访中").count(), 0, "the visit is over");
  await desk.open(stop.path);
  await desk.see(line(desk, text(JUMPS.length)));
  await inOrder(desk);
}

/** No device says by itself when a server is back: it is tried again, by a clock that was set back meanwhile. */
async function theWayBackIsFoundThoughTheClockWasSetBack(phone, server, stop) {
  await phone.open(stop.path);
  await jump(phone, DAY);
  await server.kill();
  await note(phone, text(JUMPS.length));
  await phone.see(/离线/);
  await jump(phone, 0);
  await server.start();
  await phone.see(line(phone, text(JUMPS.length)).getByText("已确认"));
}

const line = (device, words) => timeline(device).getByRole("listitem").filter({ hasText: words });

async function note(phone, words) {
  const sheet = phone.page.getByRole("dialog");
  await phone.button("记一笔").tap();
  await sheet.getByLabel("记点什么").fill(words);
  await sheet.getByRole("button", { name: "保存" }).tap();
  await phone.see(line(phone, words));
}

/** Newest first, and none of them in days to come or years ago. */
async function inOrder(device) {
  const lines = await timeline(device).getByRole("listitem").filter({ hasText: "时钟乱跳时的" }).allInnerTexts();
  const numbers = lines.map((one) => Number(/第 (\d+) 笔/.exec(one)[1]));
  assert.deepEqual(numbers, numbers.toSorted((a, b) => b - a), "the history stands in the order of the writing");
  assert.ok(numbers.length >= JUMPS.length, "all of it is there");
}

async function jump(phone, off) {
  await phone.page.evaluate((off) => localStorage.setItem("clock-off", String(off)), off);
}

/** Runs in the page, before the app. */
function clockThatJumps() {
  const Right = Date;
  const now = () => Right.now() + Number(localStorage.getItem("clock-off") ?? 0);
  globalThis.Date = class extends Right {
    constructor(...words) {
      super(...(words.length > 0 ? words : [now()]));
    }

    static now() {
      return now();
    }
  };
}
