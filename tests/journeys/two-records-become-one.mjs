// 23. One customer stands in the book twice: she merges the two without a network; everywhere there is one, with what both had; then she separates them again.
import assert from "node:assert/strict";
import { addCustomer, found, note, openCustomer, rows, timeline } from "./harness/customers.mjs";
import { GRID_OF_LIJING, LIJING, signIn, wholeBook, ZHOUPING } from "./harness/people.mjs";
import { looksRight } from "./harness/screens.mjs";

const STAYS = "明珠数码广场";
const GOES = "明珠数码广场二店";
const PHONE = "13512340987";
const NOTE = "老板娘说二楼的专线要扩容";

export default async function (house) {
  const phone = await house.phone("phone");
  await signIn(house, phone, LIJING);
  await wholeBook(phone);
  await addCustomer(phone, { name: STAYS, grid: GRID_OF_LIJING });
  await addCustomer(phone, { name: GOES, phone: PHONE, grid: GRID_OF_LIJING });
  const gone = new URL(phone.page.url()).pathname;
  await note(phone, NOTE);

  await phone.context.setOffline(true);
  const begun = phone.taps;
  await phone.tap(phone.button("这是重复的客户"));
  const sheet = phone.page.getByRole("dialog");
  await phone.see("没有同名或同号的客户");
  await looksRight(phone);
  await sheet.getByRole("searchbox", { name: "搜索要留下的客户" }).fill(STAYS);
  const choice = sheet.getByRole("button", { name: STAYS }).first();
  await phone.see(choice);
  await looksRight(phone);
  await phone.tap(choice);
  await phone.see(sheet.getByText("以后还可以拆开"));
  await looksRight(phone);
  await house.picture(phone, "merge");
  await phone.tap(phone.button("合并"));
  await phone.see(phone.page.getByRole("heading", { name: STAYS, exact: true }));
  assert.ok(phone.taps - begun <= 3, `a merge takes three taps, not ${phone.taps - begun}`);
  await phone.see("已合并，存在本机");
  await phone.see(timeline(phone).getByText(NOTE));
  await phone.see(phone.button("拨打电话"));
  await phone.see(phone.button(`拆开：${GOES}`));
  await looksRight(phone);
  await house.picture(phone, "merged");
  await gives(phone, 1);
  // An old address leads to the one that it is.
  await phone.open(gone);
  await phone.see(phone.page.getByRole("heading", { name: STAYS, exact: true }));

  await phone.context.setOffline(false);
  await phone.open("/me/sync");
  await phone.see("一切已确认");
  const desk = await house.desk("desk");
  await signIn(house, desk, ZHOUPING);
  await desk.open(gone);
  await desk.see(desk.page.getByRole("heading", { name: STAYS, exact: true }));
  await desk.see(timeline(desk).getByText(NOTE));
  await desk.see(desk.button(`拆开：${GOES}`));

  await openCustomer(phone, STAYS);
  await phone.tap(phone.button(`拆开：${GOES}`));
  await phone.see("已拆开");
  await phone.seeNoMore(timeline(phone).getByText(NOTE));
  assert.equal(await phone.button("拨打电话").count(), 0, "the number goes back with it");
  await gives(phone, 2);
  await openCustomer(phone, GOES);
  await phone.see(timeline(phone).getByText(NOTE));
}

/** How many customers of that name the list has. */
async function gives(device, many) {
  await found(device, STAYS);
  const named = rows(device).filter({ hasText: STAYS });
  await device.see(named.nth(many - 1));
  assert.equal(await named.count(), many);
}
