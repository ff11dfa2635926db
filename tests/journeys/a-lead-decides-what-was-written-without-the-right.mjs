// What was written offline after the right had ended waits for the grid's lead: she lets one through and refuses one, offline too, and its author is told. Once she has the right again, she hands it in once more.
import assert from "node:assert/strict";
import { addCustomer, found, note, openCustomer, timeline } from "./harness/customers.mjs";
import { inEveryLook } from "./harness/looks.mjs";
import { CHENWEI, GRID_OF_CHENWEI, HELIN, SHANMIN, signIn, wholeBook, ZHOUPING } from "./harness/people.mjs";
import { looksRight } from "./harness/screens.mjs";

const KEPT = "新基路口修车铺";
const REFUSED = "新基桥下早餐摊";
// The one that is kept once more, under another name.
const DOUBLE = "新基路口修车档";
const PHONE = "13512340931";
const NOTE = "老板说周三下午人在";

export default async function (house) {
  const [phone, lead] = [await house.phone("phone"), await house.phone("lead")];
  const [office, desk] = [await house.desk("office"), await house.desk("desk")];
  await signIn(house, phone, CHENWEI);
  await wholeBook(phone);
  await signIn(house, lead, SHANMIN);
  await wholeBook(lead);

  await phone.context.setOffline(true);
  await signIn(house, office, HELIN);
  await takesTheGrid(office);
  await addCustomer(phone, { name: KEPT, phone: PHONE, grid: GRID_OF_CHENWEI });
  await addCustomer(phone, { name: REFUSED, grid: GRID_OF_CHENWEI });
  await addCustomer(phone, { name: DOUBLE, phone: PHONE, grid: GRID_OF_CHENWEI });
  await note(phone, NOTE);
  await phone.context.setOffline(false);
  await phone.open("/attention");
  await phone.see(phone.text(`${KEPT}：`));
  await phone.see(phone.text(`${REFUSED}：`));
  await phone.see(phone.text(`${DOUBLE}：`));
  await looksRight(phone);

  await signIn(house, desk, ZHOUPING);
  await desk.open("/waiting");
  await desk.see(item(desk, KEPT));
  await looksRight(desk);
  await house.picture(desk, "waiting");

  await theLeadDecides(house, lead);
  await desk.see(/已允许/);
  await desk.see(/没有允许/);

  await phone.see(/新客户没有被接受/);
  assert.equal(await phone.page.getByText(`${KEPT}：`).count(), 0, "what was let through is no longer open");
  await office.open("/waiting");
  await office.see(/已允许/);
  await looksRight(office);

  await getsTheGridBack(office);
  await handsItInAgain(house, phone);
  await saysItIsOneThatStands(house, phone);
}

async function getsTheGridBack(office) {
  await opensTheManager(office);
  await office.button("分配网格").click();
  const sheet = office.page.getByRole("dialog");
  await sheet.getByRole("searchbox", { name: "搜索网格" }).fill(GRID_OF_CHENWEI);
  await sheet.getByRole("button", { name: new RegExp(GRID_OF_CHENWEI) }).click();
  await office.see(`已分配 ${GRID_OF_CHENWEI}`);
}

async function handsItInAgain(house, phone) {
  await looksRight(phone);
  await house.picture(phone, "refused");
  await phone.open("/me/sync");
  await phone.button("立即同步").click();
  await phone.see("一切已确认");
  await phone.open("/attention");
  phone.taps = 0;
  await phone.tap(item(phone, REFUSED).getByRole("button", { name: "再试一次" }));
  assert.equal(phone.taps, 1, "taps to hand it in again");
  await phone.see("已再次提交");
  await phone.open("/me/sync");
  await phone.see("一切已确认");
  const row = await found(phone, REFUSED);
  await phone.see(row.first());
  assert.equal(await row.count(), 1, "it is there once");
}

async function saysItIsOneThatStands(house, phone) {
  await phone.context.setOffline(true);
  await phone.open("/attention");
  await phone.see(item(phone, DOUBLE));
  await looksRight(phone);
  await whichOneInEveryLook(house, phone);
  phone.taps = 0;
  await phone.tap(phone.button("是已有的客户"));
  const sheet = phone.page.getByRole("dialog");
  await phone.see(sheet.getByRole("button", { name: KEPT }));
  await looksRight(phone);
  await phone.tap(sheet.getByRole("button", { name: KEPT }));
  await looksRight(phone);
  await phone.tap(phone.button("合并"));
  assert.equal(phone.taps, 3, "taps to say which one it is");
  await phone.see("没有要处理的");
  await phone.see("并入了已有的客户");
  await looksRight(phone);
  await phone.context.setOffline(false);
  await phone.open("/me/sync");
  await phone.see("一切已确认");
  await openCustomer(phone, KEPT);
  await phone.see(timeline(phone).getByText(NOTE));
  await phone.see(phone.button(`拆开：${DOUBLE}`));
  await phone.open("/attention");
  await phone.see("没有要处理的");
}

async function whichOneInEveryLook(house, phone) {
  await inEveryLook(house, phone, "stands-already", async (language) => {
    await phone.open("/attention");
    await phone.button(language === "en" ? "Already in the book" : "是已有的客户").click();
    await phone.see(phone.page.getByRole("dialog").getByRole("button", { name: KEPT }));
  });
  await phone.open("/attention");
}

async function opensTheManager(office) {
  await office.open("/admin/people");
  await office.page.getByRole("searchbox", { name: "搜索人员" }).fill(CHENWEI);
  await office.page.getByRole("button", { name: /陈/ }).first().click();
}

async function takesTheGrid(office) {
  await opensTheManager(office);
  await office.button(`收回 ${GRID_OF_CHENWEI}`).click();
  await office.see(`已收回 ${GRID_OF_CHENWEI}`);
}

function item(device, name) {
  return device.page.getByRole("listitem").filter({ hasText: name });
}

async function refuses(lead, name) {
  await lead.tap(item(lead, name).getByRole("button", { name: "不允许" }));
  await lead.tap(lead.page.getByRole("dialog").getByRole("button", { name: "不允许" }));
}

async function theLeadDecides(house, lead) {
  await lead.open("/");
  await lead.see(lead.link("待处理"));
  lead.taps = 0;
  await lead.tap(lead.link("待处理"));
  await lead.tap(lead.page.getByRole("link", { name: /3 项等你决定/ }));
  await lead.see(item(lead, REFUSED));
  await looksRight(lead);
  await house.picture(lead, "waiting");
  await lead.tap(item(lead, KEPT).getByRole("button", { name: "允许", exact: true }));
  assert.equal(lead.taps, 3, "taps to let something through");
  await lead.see(/最近决定的/);
  await lead.see(/已允许/);

  // A decision is kept like all she does while there is no network.
  await lead.context.setOffline(true);
  await refuses(lead, DOUBLE);
  await lead.tap(item(lead, REFUSED).getByRole("button", { name: "不允许" }));
  await looksRight(lead);
  await house.picture(lead, "waiting-refuse");
  await lead.tap(lead.page.getByRole("dialog").getByRole("button", { name: "不允许" }));
  await lead.see(item(lead, REFUSED).getByText("不允许，等待同步"));
  await looksRight(lead);
  await lead.context.setOffline(false);
  await lead.see(/没有允许/);
}
