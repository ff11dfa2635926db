// 8. An administrator makes a grid and a person, gives and resets, stops a lost phone; a manager signs out with unsent work and loses nothing.
import assert from "node:assert/strict";
import { addCustomer, openCustomer, rows, timeline } from "./harness/customers.mjs";
import { fillSignIn, HELIN, signIn } from "./harness/people.mjs";
import { looksRight } from "./harness/screens.mjs";

const GRID = "南城-新桥";
const PERSON = { name: "褚新", account: "chuxin", first: "lihua73mei", next: "qiao5586shan" };
const CUSTOMER = "新桥头一家五金店";
const UNSENT = "没有信号时写的一笔";

export default async function (house) {
  const desk = await house.desk("desk");
  await signIn(house, desk, HELIN);
  await createsAGrid(desk);
  await createsAPersonAndGivesTheGrid(house, desk);

  const phone = await house.phone("phone");
  await phone.open("/");
  await fillSignIn(phone, PERSON.account, PERSON.first);
  await phone.see(phone.page.getByRole("navigation", { name: "主导航" }));
  await addCustomer(phone, { name: CUSTOMER, grid: GRID });
  await phone.open("/me/sync");
  await phone.see("一切已确认");

  await resetsThePassword(desk);
  await signsOutWithUnsentWorkAndGetsItBack(phone);
  await stopsALostPhone(house, desk, phone);
}

async function createsAGrid(desk) {
  await desk.open("/admin/grids");
  await desk.see(/\d+ 个，使用中 \d+/);
  await desk.button("新网格").click();
  await desk.field("网格名称").fill(GRID);
  await desk.field("镇街").fill("南城街道");
  await desk.button("新建").click();
  await desk.see(`已新建 ${GRID}`);
  await looksRight(desk);
}

async function createsAPersonAndGivesTheGrid(house, desk) {
  await desk.open("/admin/people");
  await desk.button("新人员").click();
  await desk.field("姓名").fill(PERSON.name);
  await desk.field("账号").fill(PERSON.account);
  await desk.field("初始密码").fill(PERSON.first);
  await looksRight(desk);
  await desk.button("新建").click();
  await desk.see(`${PERSON.name} 可以登录了`);
  await desk.button("分配网格").click();
  const sheet = desk.page.getByRole("dialog");
  await sheet.getByRole("searchbox", { name: "搜索网格" }).fill(GRID);
  await sheet.getByRole("button", { name: new RegExp(GRID) }).click();
  await desk.see(`已分配 ${GRID}`);
  await desk.see(desk.button(`收回 ${GRID}`));
  await looksRight(desk);
  await house.picture(desk, "administration");
}

async function openPerson(desk) {
  await desk.open("/admin/people");
  await desk.page.getByRole("searchbox", { name: "搜索人员" }).fill(PERSON.account);
  await desk.page.getByRole("button", { name: new RegExp(PERSON.name) }).click();
  await desk.see(desk.page.getByRole("heading", { name: PERSON.name }));
}

async function resetsThePassword(desk) {
  await openPerson(desk);
  await desk.button("设置新密码").click();
  await desk.field("新密码").fill(PERSON.next);
  await desk.button("设置新密码").click();
  await desk.see("新密码已生效");
}

/** What could not go stays sealed; the old password does not open it, the new one does. */
async function signsOutWithUnsentWorkAndGetsItBack(phone) {
  await openCustomer(phone, CUSTOMER);
  await phone.context.setOffline(true);
  await phone.button("记一笔").tap();
  await phone.page.getByRole("dialog").getByLabel("记点什么").fill(UNSENT);
  await phone.page.getByRole("dialog").getByRole("button", { name: "保存" }).tap();
  await phone.see(timeline(phone).getByText(UNSENT));
  await phone.open("/me");
  await phone.button("退出登录").tap();
  await phone.see(/还有 1 项没有发送/);
  await phone.page.getByRole("dialog").getByRole("button", { name: "退出登录" }).tap();
  await phone.see(/1 项封存在本机/);
  assert.equal(await phone.page.getByLabel(/^账号\*?$/).inputValue(), PERSON.account, "the account need not be typed again");
  await phone.context.setOffline(false);

  await fillSignIn(phone, PERSON.account, PERSON.first);
  await phone.see("账号或密码不对");
  await fillSignIn(phone, PERSON.account, PERSON.next);
  await phone.see(phone.page.getByRole("navigation", { name: "主导航" }));
  await openCustomer(phone, CUSTOMER);
  await phone.see(timeline(phone).getByRole("listitem").filter({ hasText: UNSENT }).getByText("已确认"));
}

/** Two steps at most; on its next contact nothing is left there. */
async function stopsALostPhone(house, desk, phone) {
  await desk.open("/admin/devices");
  await desk.page.getByRole("searchbox", { name: "搜索设备" }).fill(PERSON.name);
  await desk.see(desk.page.getByRole("button", { name: new RegExp(`^停用设备：${PERSON.name}`) }));
  await looksRight(desk);
  await house.picture(desk, "devices");
  desk.taps = 0;
  await desk.tap(desk.page.getByRole("button", { name: new RegExp(`^停用设备：${PERSON.name}`) }));
  await desk.tap(desk.page.getByRole("dialog").getByRole("button", { name: "手机丢失" }));
  await desk.see(/已标为丢失/);
  assert.ok(desk.taps <= 2, `${desk.taps} steps to stop a lost phone`);

  await phone.see(/这台设备已被停用/);
  await looksRight(phone);
  await phone.open("/customers");
  await phone.see(phone.field("账号"));
  assert.equal(await rows(phone).count(), 0, "nothing of the book is left");
  const spares = await phone.page.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith("spare-")));
  assert.deepEqual(spares, [], "nor a spare copy");
}
