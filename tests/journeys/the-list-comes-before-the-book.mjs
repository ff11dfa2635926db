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
  await itReadsInBothLanguagesAndThemes(house);
  await withoutTheHouseHerCopyStaysShut(house, server);
  await thePhoneHasItAllNow(phone, server);
}

async function itReadsInBothLanguagesAndThemes(house) {
  for (const [scheme, locale] of [["dark", "zh"], ["light", "en"], ["dark", "en"]]) {
    const phone = await house.phone(`${locale}-${scheme}`);
    const server = await house.server();
    await holdBack(phone);
    await phone.page.emulateMedia({ colorScheme: scheme });
    await phone.open("/");
    await phone.see(phone.button("登录"));
    if (locale === "en") await phone.button("English").tap();
    const [account, password, enter, list, coming, search, none] =
      locale === "en"
        ? ["Account", "Password", "Sign in", "Customers", /[\d,]+, loading/, "Search customers", "No customer found"]
        : ["账号", "密码", "登录", "客户", /[\d,]+ 户，正在下载/, "搜索客户", "没有找到客户"];
    await phone.field(account).fill(LIJING);
    await phone.field(password).fill(server.people.get(LIJING).password);
    await phone.button(enter).tap();
    await phone.link(list).tap();
    await phone.see(coming);
    await looksRight(phone);
    await house.picture(phone, `list-before-the-book-${locale}-${scheme}`);
    await phone.page.getByRole("searchbox", { name: search }).fill("没有这样的客户名");
    await phone.see(none);
    await looksRight(phone);
    await house.picture(phone, `nobody-before-the-book-${locale}-${scheme}`);
    await phone.close();
  }
}

/** The code was cleared, the data were not, and the network is gone: said so, and mended by the network. */
async function withoutTheHouseHerCopyStaysShut(house, server) {
  const phone = await house.phone("cleared");
  await phone.open("/");
  await fillSignIn(phone, LIJING, server.people.get(LIJING).password);
  await wholeBook(phone);
  await phone.context.route(HOUSE, (route) => route.abort());
  await phone.page.evaluate(async () => {
    for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister();
    for (const name of await caches.keys()) await caches.delete(name);
  });
  for (const [scheme, locale] of [["light", "en"], ["dark", "en"], ["dark", "zh"], ["light", "zh"]]) {
    await phone.page.emulateMedia({ colorScheme: scheme });
    await phone.page.evaluate((locale) => localStorage.setItem("zoufang.locale", locale), locale);
    await phone.open("/");
    await phone.see(locale === "zh" ? "走访还没有下载完整" : "Zoufang is not all here yet");
    await looksRight(phone);
    await house.picture(phone, `unfetched-${locale}-${scheme}`);
  }
  await phone.context.unroute(HOUSE);
  await phone.button("再试一次").tap();
  await phone.link("客户").tap();
  await phone.see(rows(phone).first());
}

/** Requests that wait to be let through. */
async function holdBack(phone) {
  const held = [];
  await phone.context.route(HOUSE, (route) => held.push(route));
  return held;
}

async function theDayAndTheListStand(house, phone) {
  // Her promises and numbers, not only the page around them.
  await phone.see(phone.page.getByRole("heading", { name: "今天的数字" }));
  await phone.see(phone.link(/^久未走访/));
  await looksRight(phone);
  await phone.tap(phone.link("客户"));
  await phone.see(/[\d,]+ 户，正在下载/);
  await phone.see(rows(phone).first());
  await looksRight(phone);
  await house.picture(phone, "list-before-the-book");
}

async function aCustomerIsFoundAndOpened(phone) {
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
  // Two taps in a hurry make one customer.
  await phone.button("保存").dblclick();
  await phone.see(phone.button("保存").and(phone.page.locator("[aria-busy=true]")));
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
