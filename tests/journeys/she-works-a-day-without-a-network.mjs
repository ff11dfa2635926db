// 4. to 6. The network goes, the app is killed and opened cold on an address never visited; a whole day's work; then it all goes up by itself, once.
import assert from "node:assert/strict";
import { openCustomer, timeline } from "./harness/customers.mjs";
import { LIJING, signIn, wholeBook, ZHOUPING } from "./harness/people.mjs";
import { looksRight } from "./harness/screens.mjs";
import { agreeToBeingLocated, at, chip, planned } from "./harness/visits.mjs";

const NEW = "鸿福路口新开文具店";

export default async function (house) {
  const server = await house.server();
  const phone = await house.phone("phone");
  await signIn(house, phone, LIJING);
  await wholeBook(phone);
  await agreeToBeingLocated(phone);
  const stop = await planned(phone);

  // Only an address is known of a screen that was never opened.
  await phone.open("/");
  const deep = await phone.page.getByRole("link", { name: stop.name }).first().getAttribute("href");
  await server.kill();
  await phone.kill();
  await phone.startCold(deep);
  await phone.see(phone.page.getByRole("heading", { name: stop.name }));
  await phone.see(timeline(phone));
  await looksRight(phone);

  await at(phone, stop, { accuracy: 12 });
  await checkInWithTwoTaps(house, phone, stop);
  await visitInSevenTaps(house, phone, stop);
  await jotsALeadInThreeTaps(phone, stop);
  await aFollowUpNeedsItsDate(phone, stop);
  await newCustomerOnTheSpot(phone);
  await everythingIsOnThisPhone(phone);

  // Killed once more with everything unsent, and the network comes back.
  await phone.kill();
  await phone.startCold("/me/sync");
  await phone.see(/在本机等待发送/);
  await server.start();
  await phone.see("一切已确认");
  await openCustomer(phone, stop.name);
  await phone.see(timeline(phone).getByText("已确认").first());
  await onceAtTheServer(house, stop);
}

async function checkInWithTwoTaps(house, phone, stop) {
  await phone.open("/");
  await phone.see(phone.link("签到"));
  phone.taps = 0;
  await phone.tap(phone.link("签到"));
  const evidence = phone.page.getByRole("region", { name: stop.name });
  await phone.see(evidence);
  await phone.see(evidence.getByText("在范围内"));
  await phone.see(evidence.getByText(/±12 米/));
  await looksRight(phone);
  await house.picture(phone, "check-in");
  await phone.tap(phone.button("签到"));
  await phone.see(phone.page.getByRole("timer"));
  assert.equal(phone.taps, 2, "taps to check in");
}

async function visitInSevenTaps(house, phone, stop) {
  phone.taps = 0;
  for (const [group, name] of [["目的", "回访"], ["需求", "宽带提速"]]) {
    await phone.tap(chip(phone, group, name));
    await phone.see(chip(phone, group, name, true));
  }
  // Leaving the screen keeps the visit: a bar leads back to it.
  await phone.button("返回").tap();
  await phone.page.getByRole("complementary", { name: "走访中" }).getByRole("link").tap();
  await phone.see(chip(phone, "需求", "宽带提速", true));

  await phone.tap(phone.button("签退并保存"));
  await phone.see("签退前请选下一步的日期");
  await phone.tap(chip(phone, "下一步", "明天"));
  await phone.see(chip(phone, "下一步", "明天", true));
  await looksRight(phone);
  await house.picture(phone, "visit");
  await phone.tap(phone.button("签退并保存"));
  await phone.see(/已签退，停留/);
  assert.ok(phone.taps <= 7, `${phone.taps} taps for the visit`);
  await phone.see(phone.page.getByText(/\d\d:\d\d–\d\d:\d\d/).first());
  stop.done = true;
}

/** What she hears in passing about a customer of the day (2.13). */
async function jotsALeadInThreeTaps(phone, stop) {
  await phone.open("/");
  const customer = phone.page.getByRole("link", { name: stop.name }).first();
  await phone.see(customer);
  phone.taps = 0;
  await phone.tap(customer);
  await phone.tap(phone.button("记一笔"));
  const sheet = phone.page.getByRole("dialog");
  await sheet.getByLabel("记点什么").fill("隔壁新开一家店，要装宽带");
  await phone.tap(sheet.getByRole("button", { name: "保存" }));
  await phone.see(timeline(phone).getByText("隔壁新开一家店"));
  assert.ok(phone.taps <= 3, `${phone.taps} taps to jot a lead`);
}

async function aFollowUpNeedsItsDate(phone, stop) {
  await openCustomer(phone, stop.name);
  await phone.button("加跟进").tap();
  const sheet = phone.page.getByRole("dialog");
  await sheet.getByLabel("做什么").fill("送新的测速报告");
  await sheet.getByRole("button", { name: "保存" }).tap();
  await phone.see(/跟进不能没有日期|请选一个日期/);
  await looksRight(phone);
  await sheet.getByRole("button", { name: "明天" }).tap();
  await sheet.getByRole("button", { name: "保存" }).tap();
  await phone.see(phone.page.getByRole("region", { name: "进门之前" }).getByText("送新的测速报告"));
}

async function newCustomerOnTheSpot(phone) {
  await phone.open("/");
  await phone.see(phone.link("签到"));
  phone.taps = 0;
  await phone.tap(phone.link("签到"));
  await phone.tap(phone.button("新客户"));
  const sheet = phone.page.getByRole("dialog");
  await sheet.getByRole("textbox", { name: "名称" }).fill(NEW);
  await looksRight(phone);
  await phone.tap(sheet.getByRole("button", { name: "保存并签到" }));
  await phone.see(phone.page.getByRole("timer"));
  assert.ok(phone.taps <= 4, `${phone.taps} taps for a new customer`);
  await chip(phone, "下一步", "没有下一步").tap();
  await chip(phone, "为什么没有", "事情已办完").tap();
  await phone.button("签退并保存").tap();
  await phone.see(/已签退，停留/);
  // The point is learnt: she is near now.
  await phone.link("签到").tap();
  await phone.see(phone.page.getByRole("link", { name: NEW }));
}

async function everythingIsOnThisPhone(phone) {
  await phone.open("/me/sync");
  await phone.see(/在本机等待发送/);
  await looksRight(phone);
}

/** Seen with other eyes: a supervisor's browser that never met this phone. */
async function onceAtTheServer(house, stop) {
  const desk = await house.desk("desk");
  await signIn(house, desk, ZHOUPING);
  await desk.open(stop.path);
  await desk.see(timeline(desk).getByText("走访").first());
  await desk.see(timeline(desk).getByText("宽带提速").first());
  const today = timeline(desk).getByRole("listitem").filter({ hasText: /^走访.*回访/ }).filter({ hasText: /刚刚|分钟前/ });
  assert.equal(await today.count(), 1, "the visit is there once");
}
