// 6. A supervisor at a desk sees the visit within seconds; both change one field, both see one result, and the loser's value is kept, used and given up again.
import assert from "node:assert/strict";
import { openCustomer, timeline } from "./harness/customers.mjs";
import { inEveryLook } from "./harness/looks.mjs";
import { LIJING, signIn, wholeBook, ZHOUPING } from "./harness/people.mjs";
import { looksRight } from "./harness/screens.mjs";
import { agreeToBeingLocated, at, checkIn, checkOut, planned } from "./harness/visits.mjs";

const HERS = "李静改的地址一号";
const SUPERVISORS = "周萍改的地址二号";
const SUPERVISORS_LATER = "周萍再改的地址：东莞市南城街道鸿福社区兴隆街一百二十八号金源商业广场东座二层二〇六号铺（原祥德手机经营部旁，后门进）";

export default async function (house) {
  const phone = await house.phone("phone");
  const desk = await house.desk("desk");
  await signIn(house, phone, LIJING);
  await wholeBook(phone);
  await agreeToBeingLocated(phone);
  const stop = await planned(phone);
  await signIn(house, desk, ZHOUPING);
  await desk.see(desk.page.getByRole("heading", { name: "今日看板" }));
  await desk.see(/全部 \d+ 个网格/);
  await looksRight(desk);

  await at(phone, stop, { accuracy: 15 });
  await checkIn(phone, stop);
  const began = performance.now();
  await desk.see(desk.text(`李静 在 ${stop.name} 签到`));
  const seconds = (performance.now() - began) / 1000;
  assert.ok(seconds < 15, `the board knew after ${seconds.toFixed(1)} s`);
  await house.picture(desk, "board");
  await desk.link(`李静 在 ${stop.name} 签到`).or(desk.page.getByRole("link", { name: stop.name })).first().click();
  await desk.see(timeline(desk).getByText("走访中").first());
  await looksRight(desk);
  await house.picture(desk, "desk-customer");
  await checkOut(phone);
  await desk.see(timeline(desk).getByText("在范围内").first());

  await bothChangeTheAddress(phone, desk, stop);
  await theLoserIsKeptAndTakenBackWithTwoTaps(house, phone, desk, stop);
}

async function edit(device, stop, address) {
  await openCustomer(device, stop.name);
  await device.button("编辑").click();
  await device.field("地址").fill(address);
  await device.button("保存").click();
  await device.see(device.page.getByRole("heading", { name: stop.name }));
  await device.see(address);
}

/** She is out of reach and writes first; the supervisor, later, is heard first. */
async function bothChangeTheAddress(phone, desk, stop) {
  await phone.context.setOffline(true);
  await edit(phone, stop, HERS);
  await edit(desk, stop, SUPERVISORS);
  await desk.see(timeline(desk).getByText(new RegExp(SUPERVISORS)));
  await phone.context.setOffline(false);
  await phone.see(SUPERVISORS);
  await desk.see(timeline(desk).getByText(`${HERS}`, { exact: false }).first());
}

async function theLoserIsKeptAndTakenBackWithTwoTaps(house, phone, desk, stop) {
  await phone.open("/");
  await phone.see(phone.link("待处理"));
  phone.taps = 0;
  await phone.tap(phone.link("待处理"));
  await phone.see("两个人改了同一项");
  await phone.see(phone.text(HERS));
  await phone.see(phone.text(SUPERVISORS));
  await looksRight(phone);
  await house.picture(phone, "attention");
  await phone.tap(phone.button("保留我的"));
  await phone.see("已改回你的");
  assert.equal(phone.taps, 2, "taps to settle a conflict");
  await desk.see(desk.page.locator(".customer-head").getByText(HERS));
  await phone.tap(phone.button("撤销"));
  await phone.see("两个人改了同一项");
  await desk.see(desk.page.locator(".customer-head").getByText(SUPERVISORS));

  await edit(desk, stop, SUPERVISORS_LATER);
  await phone.see(phone.text(SUPERVISORS_LATER));
  await inEveryLook(house, phone, "changed-since", async (language) => {
    await phone.open("/attention");
    await phone.see(phone.text(SUPERVISORS_LATER));
    await phone.see(phone.button(language === "en" ? "Leave it as it is" : "保留现在的"));
  });
  await phone.tap(phone.button("保留我的"));
  await phone.see("已改回你的");
  await openCustomer(phone, stop.name);
  await phone.see(phone.page.getByRole("main").getByText(HERS).first());
  await desk.see(desk.page.locator(".customer-head").getByText(HERS));
}
