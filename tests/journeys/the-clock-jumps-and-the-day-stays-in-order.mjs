// The phone's clock jumps: days ahead, years back, right again, with and without a network. Nothing is lost, nothing is stuck, what was written last holds, and whatever a contact could tell the time of stands in order.
import assert from "node:assert/strict";
import { clockThatJumps, jump } from "./harness/clock.mjs";
import { timeline } from "./harness/customers.mjs";
import { LIJING, signIn, wholeBook, ZHOUPING } from "./harness/people.mjs";
import { agreeToBeingLocated, at, checkIn, checkOut, planned } from "./harness/visits.mjs";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Where the clock stands, less where it should; whether there is a network; what the sync page says of the clock where there is. */
const JUMPS = [
  { off: 0, says: "准确" },
  { off: 3 * DAY, says: /^快 7[12] 小时/ },
  { off: -2 * HOUR, says: /^慢 [12] 小时/ },
  { off: -2 * HOUR },
  { off: 30 * DAY },
  { off: -9_000 * DAY },
  { off: 0 },
  // Far beyond the lease: only a contact can tell that it is the clock.
  { off: 9_000 * DAY, says: /^快 \d+ 小时/ },
  { off: 0, says: "准确" },
  { off: -DAY, says: /^慢 2[34] 小时/ },
  { off: 0, says: "准确" },
];

const text = (n) => `时钟乱跳时的第 ${n} 笔`;
const address = (n) => `时钟乱跳路 ${n} 号`;

export default async function (house) {
  const server = await house.server({ customers: 200 });
  const phone = await house.phone("phone", { prepare: (context) => context.addInitScript(clockThatJumps) });
  await signIn(house, phone, LIJING);
  await wholeBook(phone);
  await agreeToBeingLocated(phone);
  const stop = await planned(phone);
  const visited = await planned(phone, 1);

  await phone.open(stop.path);
  for (const [n, { off, says }] of JUMPS.entries()) {
    await jump(phone, off);
    await phone.context.setOffline(says === undefined);
    // A contact tells how wrong the clock is: in the field when the app is looked at again after the settings.
    if (says) await clockIs(phone, says);
    await edit(phone, stop, address(n));
    await note(phone, text(n));
    if (says) await phone.see(line(phone, text(n)).getByText("已确认"));
  }
  await rightInTheEnd(phone);

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
  await rightInTheEnd(desk);
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

async function clockIs(phone, says) {
  await phone.open("/me/sync");
  await phone.button("立即同步").tap();
  await phone.see(phone.page.getByRole("definition").filter({ hasText: says }));
}

async function edit(phone, stop, words) {
  await phone.open(stop.path);
  await phone.button("编辑").tap();
  await phone.see(phone.field("地址"));
  await phone.field("地址").fill(words);
  await phone.button("保存").tap();
  await phone.see(phone.page.getByText(words, { exact: true }));
}

/** What was written last holds, whatever the clock said; all notes are there once, and those with a network in the order of the writing. */
async function rightInTheEnd(device) {
  await device.see(device.page.getByText(address(JUMPS.length - 1), { exact: true }));
  const more = timeline(device).getByRole("button", { name: /^再看 \d+ 条$/ });
  while (await more.isVisible()) await more.click();
  const lines = await timeline(device).getByRole("listitem").filter({ hasText: "时钟乱跳时的" }).allInnerTexts();
  const numbers = lines.map((one) => Number(/第 (\d+) 笔/.exec(one)[1])).filter((n) => n < JUMPS.length);
  assert.deepEqual(numbers.toSorted((a, b) => a - b), [...JUMPS.keys()], "each note is there once");
  const told = numbers.filter((n) => JUMPS[n].says);
  assert.deepEqual(told, told.toSorted((a, b) => b - a), "the history stands in the order of the writing");
}
