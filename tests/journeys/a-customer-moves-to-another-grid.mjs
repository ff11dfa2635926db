// 7. A customer moves: she leaves the first manager's phone and appears on the other's; the first manager's own day stays whole.
import assert from "node:assert/strict";
import { openCustomer, rows, search, timeline } from "./harness/customers.mjs";
import { CHENWEI, GRID_OF_CHENWEI, LIJING, signIn, wholeBook, ZHOUPING } from "./harness/people.mjs";
import { looksRight } from "./harness/screens.mjs";
import { agreeToBeingLocated, at, checkIn, checkOut, planned } from "./harness/visits.mjs";

export default async function (house) {
  const first = await house.phone("first");
  await signIn(house, first, LIJING);
  await wholeBook(first);
  await agreeToBeingLocated(first);
  const stop = await planned(first);
  await at(first, stop, { accuracy: 15 });
  await checkIn(first, stop);
  await checkOut(first);
  await first.open("/me/sync");
  await first.see("一切已确认");

  const second = await house.phone("second");
  await signIn(house, second, CHENWEI);
  const desk = await house.desk("desk");
  await signIn(house, desk, ZHOUPING);
  await move(desk, stop);

  await first.open("/customers");
  await search(first).fill(stop.name);
  // Others may be called nearly the same.
  await first.see(first.text("没有找到客户").or(first.text("没有完全一样的")).first());
  assert.equal(await rows(first).filter({ hasText: stop.name }).count(), 0, "she is no longer here");
  await openCustomer(second, stop.name);
  await second.see(timeline(second).getByText("走访").first());
  await second.see(timeline(second).getByText("李静").first());

  // Her day: the visit, its times and its place in the count.
  await first.open("/");
  const row = first.page.getByRole("main").getByText(stop.name).first();
  await first.see(row);
  await first.see(first.page.getByText(/\d\d:\d\d–\d\d:\d\d/).first());
  await looksRight(first);
  await house.picture(first, "today-after-the-move");
  await first.open(stop.path);
  await first.see(/不在本机|没有找到这个客户/);
  await first.open("/me/attendance");
  await first.see("首次签到");
  assert.equal(await rows(first).count(), 0);
}

async function move(desk, stop) {
  await desk.open(stop.path);
  await desk.see(desk.page.getByRole("heading", { name: stop.name }));
  await desk.button("转到其他网格").click();
  const sheet = desk.page.getByRole("dialog");
  await sheet.getByRole("searchbox", { name: "搜索网格" }).fill(GRID_OF_CHENWEI);
  await looksRight(desk);
  await sheet.getByRole("button", { name: new RegExp(GRID_OF_CHENWEI) }).click();
  await desk.see(`已转到 ${GRID_OF_CHENWEI}`);
}
