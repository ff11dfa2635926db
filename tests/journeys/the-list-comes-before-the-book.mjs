// The first download is enough for a working list (PERFORMANCE P11): with replica and storage held back on the way, she signs in, sees her customers and finds one; what she saves waits, and is saved once when they arrive.
import assert from "node:assert/strict";
import { rows, search } from "./harness/customers.mjs";
import { GRID_OF_LIJING, LIJING, fillSignIn, wholeBook } from "./harness/people.mjs";
import { looksRight } from "./harness/screens.mjs";

/** The wasm file of replica, storage and tabs. */
const HOUSE = /\/assets\/split_house-\w+\.wasm$/;
const NAME = "先来后到茶铺";

export default async function (house) {
  const server = await house.server();
  const phone = await house.phone("phone");
  const held = await holdBack(phone);
  await phone.open("/");
  await fillSignIn(phone, LIJING, "not this one");
  await phone.see("账号或密码不对，请再看一眼。");
  await phone.field("密码").fill(server.people.get(LIJING).password);
  await phone.button("登录").click();

  await theDayAndTheListStand(house, phone);
  await aCustomerIsFoundAndOpened(phone);
  assert.notEqual(held.length, 0, "asked for, and not there yet");

  await whatSheSavesWaits(phone, held);
  await thePhoneHasItAllNow(phone, server);
}

/** Requests that wait to be let through. */
async function holdBack(phone) {
  const held = [];
  await phone.context.route(HOUSE, (route) => held.push(route));
  return held;
}

async function theDayAndTheListStand(house, phone) {
  await phone.see("今日");
  await phone.see(phone.page.getByText(/在册 [\d,]+ 户|户/).first());
  await phone.tap(phone.link("客户"));
  await phone.see(/[\d,]+ 户，正在下载/);
  await phone.see(rows(phone).first());
  await looksRight(phone);
  await house.picture(phone, "list-before-the-book");
}

async function aCustomerIsFoundAndOpened(phone) {
  await rows(phone).first().waitFor();
  const name = await rows(phone).first().locator(".crow-name").innerText();
  await search(phone).fill(name);
  await phone.see(rows(phone).filter({ hasText: name }));
  await search(phone).fill("没有这样的客户名");
  await phone.see("没有找到客户");
  await search(phone).fill("");
  await phone.tap(rows(phone).filter({ hasText: name }).first());
  await phone.see(phone.page.getByRole("heading", { name }));
  await phone.see(phone.page.getByRole("region", { name: "时间线" }));
  await phone.button("返回").tap();
  await phone.see(rows(phone).first());
}

async function whatSheSavesWaits(phone, held) {
  await phone.tap(phone.link("新客户"));
  await phone.field("名称").fill(NAME);
  const grids = phone.page.getByRole("combobox", { name: "网格" });
  await phone.see(grids);
  await grids.selectOption(GRID_OF_LIJING);
  await phone.tap(phone.button("保存"));
  await phone.see(phone.page.locator("button[aria-busy=true]"));
  for (const route of held.splice(0)) await route.continue();
  await phone.see(phone.page.getByRole("heading", { name: NAME }));
}

async function thePhoneHasItAllNow(phone, server) {
  await phone.open("/");
  await wholeBook(phone);
  await search(phone).fill(NAME);
  await phone.see(rows(phone).filter({ hasText: NAME }));
  assert.equal(await rows(phone).filter({ hasText: NAME }).count(), 1, "saved once");
  await phone.open("/me/sync");
  await phone.see("一切已确认");
  await server.stop();
  await phone.close();
  await phone.startCold("/customers");
  await phone.see(/^[\d,]+ 户$/);
  await search(phone).fill(NAME);
  await phone.see(rows(phone).filter({ hasText: NAME }));
}
