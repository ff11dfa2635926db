// 3. The whole book: search by initials and by phone, filters, sorts, masked phones shown at a recorded tap, a list that keeps its place.
import assert from "node:assert/strict";
import { addCustomer, rows, search } from "./harness/customers.mjs";
import { GRID_OF_LIJING, LIJING, signIn, wholeBook } from "./harness/people.mjs";
import { looksRight } from "./harness/screens.mjs";

const NAME = "东莞移动通信器材行";
const PHONE = "16912340977";
const MASKED = "169****0977";

export default async function (house) {
  const phone = await house.phone("phone");
  await signIn(house, phone, LIJING);
  await wholeBook(phone);
  await looksRight(phone);
  await addCustomer(phone, { name: NAME, phone: PHONE, grid: GRID_OF_LIJING });

  await foundByNameInitialsAndPhone(phone);
  await filtersNarrowAndSortsOrder(phone);
  await theListKeepsItsPlace(phone);
  await dialledInThreeTapsAndRecorded(house, phone);
}

async function foundByNameInitialsAndPhone(phone) {
  await phone.open("/customers");
  for (const typed of ["东莞移动", "dgyd", "dongguanyidong", "0977", "16912340977"]) {
    await search(phone).fill(typed);
    await phone.see(rows(phone).filter({ hasText: NAME }));
  }
  // What was typed are figures: the phone is shown, masked.
  await phone.see(rows(phone).filter({ hasText: MASKED }));
  assert.equal(await phone.text(PHONE).count(), 0, "no whole number in a list");
  await search(phone).fill("没有这样的客户名");
  await phone.see("没有找到客户");
  await looksRight(phone);
  await search(phone).fill("");
}

async function filtersNarrowAndSortsOrder(phone) {
  const filters = phone.page.getByRole("group", { name: "筛选" });
  const found = phone.page.getByText(/^[\d,]+ 户$/).last();
  const all = await found.innerText();

  await filters.getByRole("button", { name: "逾期" }).tap();
  await phone.page.waitForFunction((all) => ![...document.querySelectorAll("[role=status]")].some((e) => e.textContent === all), all);
  await phone.see(rows(phone).filter({ hasText: /逾期/ }).first());
  await filters.getByRole("button", { name: "逾期" }).tap();

  await filters.getByRole("button", { name: "等级" }).tap();
  await phone.page.getByRole("dialog").getByRole("button", { name: "A 级" }).tap();
  await phone.page.getByRole("dialog").getByRole("button", { name: "关闭" }).tap();
  await phone.see(rows(phone).first());
  assert.deepEqual([...new Set(await phone.page.locator(".crow .tag").allInnerTexts())], ["A"]);
  await filters.getByRole("button", { name: "A 级" }).tap();
  await phone.page.getByRole("dialog").getByRole("button", { name: "A 级" }).tap();
  await phone.page.getByRole("dialog").getByRole("button", { name: "关闭" }).tap();

  await filters.getByRole("button", { name: "全部网格" }).tap();
  const sheet = phone.page.getByRole("dialog");
  await looksRight(phone);
  const grid = (await sheet.getByRole("button").filter({ hasText: /\(\d+\)/ }).first().innerText()).trim();
  await sheet.getByRole("button", { name: grid }).tap();
  const size = /\((\d+)\)/.exec(grid)[1];
  await phone.see(phone.page.getByText(new RegExp(`^${Number(size).toLocaleString("en")} 户$`)).last());
  await filters.getByRole("button", { name: grid.replace(/ \(\d+\)$/, "") }).tap();
  await sheet.getByRole("button", { name: "全部网格" }).tap();

  await sortBy(phone, "按下次跟进", "按名称");
  // Figures come before pinyin.
  await phone.see(rows(phone).filter({ hasText: /^\d/ }).first());
  const names = await inOrder(phone, ".crow-name");
  assert.deepEqual(names, names.toSorted(new Intl.Collator("zh-CN").compare), "by name");
  await phone.context.setGeolocation({ latitude: 22.98, longitude: 113.73, accuracy: 20 });
  await sortBy(phone, "按名称", "按距离");
  await phone.see(rows(phone).filter({ hasText: /\d+ 米|\d+(\.\d)? 公里/ }).first());
  const metres = (await inOrder(phone, ".crow-facts")).map(distanceOf);
  assert.deepEqual(metres, metres.toSorted((a, b) => a - b), "the nearest first");
  await sortBy(phone, "按距离", "按下次跟进");
}

/** What the rows say from top to bottom; their nodes are used again in any order. */
async function inOrder(phone, part) {
  return phone.page.locator(".vlist-row:not([hidden], .vlist-empty)").evaluateAll(
    (rows, part) =>
      rows
        .sort((a, b) => a.ariaPosInSet - b.ariaPosInSet)
        .map((row) => row.querySelector(part).textContent),
    part,
  );
}

function distanceOf(facts) {
  const [, number, unit] = /([\d.]+) (米|公里)/.exec(facts);
  return Number(number) * (unit === "米" ? 1 : 1_000);
}

async function sortBy(phone, from, to) {
  await phone.button(from).tap();
  await phone.page.getByRole("dialog").getByRole("button", { name: to }).tap();
  await phone.see(phone.button(to));
}

async function theListKeepsItsPlace(phone) {
  await phone.see(rows(phone).first());
  const list = phone.page.locator(".vlist");
  await list.evaluate((element) => element.scrollTo(0, 20_000));
  await phone.page.waitForFunction(() => document.querySelector(".vlist").scrollTop > 19_000);
  const row = rows(phone).nth(8);
  await row.scrollIntoViewIfNeeded();
  const name = await row.locator(".crow-name").innerText();
  const top = await list.evaluate((element) => element.scrollTop);
  await row.tap();
  await phone.see(phone.page.getByRole("heading", { name }));
  await phone.button("返回").tap();
  await phone.see(rows(phone).filter({ hasText: name }).first());
  assert.equal(await list.evaluate((element) => element.scrollTop), top);
}

async function dialledInThreeTapsAndRecorded(house, phone) {
  await phone.open("/");
  await phone.see(phone.link("客户"));
  phone.taps = 0;
  await phone.tap(phone.link("客户"));
  await search(phone).fill("dgyd");
  await phone.tap(rows(phone).filter({ hasText: NAME }).first());
  await phone.see(MASKED);
  assert.equal(await phone.text(PHONE).count(), 0, "masked until asked for");
  await looksRight(phone);
  await house.picture(phone, "customer");
  await phone.tap(phone.button("拨打电话"));
  await phone.see(PHONE);
  assert.ok(phone.taps <= 3, `${phone.taps} taps to find and dial`);
  await phone.see(phone.page.getByRole("region", { name: "时间线" }).getByText("查看了电话"));
}
