// A phone is about to leave her hand: she exports what it could not send, and another phone of hers sends it, once.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { timeline } from "./harness/customers.mjs";
import { inEveryLook } from "./harness/looks.mjs";
import { CHENWEI, LIJING, signIn, wholeBook, ZHOUPING } from "./harness/people.mjs";
import { looksRight } from "./harness/screens.mjs";
import { planned } from "./harness/visits.mjs";

const NOTE = "手机快没电了，先记下来";
const PASSPHRASE = "qifeng 7359 east";

export default async function (house) {
  const broken = await house.phone("broken");
  await signIn(house, broken, LIJING);
  await wholeBook(broken);
  const stop = await planned(broken);
  const file = await exported(house, broken, stop);

  const other = await house.phone("other");
  await signIn(house, other, LIJING);
  await wholeBook(other);
  await other.open("/me/sync");
  await other.button("代发导出文件").tap();
  await theDialogReadsWell(house, other);
  await badFilesSaySo(house, other, file);
  await send(other, file, PASSPHRASE);
  await other.see(/项都在服务器上了/);
  await notesAre(other, stop, 1);

  // The first phone finds the network after all, and sends the same once more.
  await broken.context.setOffline(false);
  await broken.open("/me/sync");
  await broken.see("一切已确认");
  const desk = await house.desk("desk");
  await signIn(house, desk, ZHOUPING);
  await notesAre(desk, stop, 1);

  const stranger = await house.phone("stranger");
  await signIn(house, stranger, CHENWEI);
  await stranger.open("/me/sync");
  await stranger.button("代发导出文件").tap();
  await send(stranger, file, PASSPHRASE);
  await stranger.see("这是别人导出的，请本人登录后再发。");
}

const sheet = (device) => device.page.getByRole("dialog");

async function exported(house, phone, stop) {
  await phone.open(stop.path);
  await phone.context.setOffline(true);
  await phone.button("记一笔").tap();
  await sheet(phone).getByRole("textbox").fill(NOTE);
  await sheet(phone).getByRole("button", { name: "保存" }).tap();
  await phone.see(timeline(phone).getByText(NOTE));
  await phone.open("/me/sync");
  await phone.button("导出未发送").tap();
  await sheet(phone).getByLabel("口令", { exact: true }).fill(PASSPHRASE);
  await sheet(phone).getByLabel("再输一次").fill(PASSPHRASE);
  const [download] = await Promise.all([
    phone.page.waitForEvent("download"),
    sheet(phone).getByRole("button", { name: "生成文件" }).tap(),
  ]);
  const path = await house.file("li.unsent");
  await download.saveAs(path);
  return path;
}

async function theDialogReadsWell(house, phone) {
  await inEveryLook(house, phone, "send-exported", async (language) => {
    await phone.open("/me/sync");
    await phone.button(language === "en" ? "Send an exported file" : "代发导出文件").tap();
    await phone.see(sheet(phone));
  });
}

/** Each has its own words, and what was chosen and typed stays. */
async function badFilesSaySo(house, phone, file) {
  await sheet(phone).getByRole("button", { name: "发送" }).tap();
  await phone.see("先选导出的文件（.unsent）。");
  const other = await house.file("一份名字很长很长的客户资料汇总表（最终版）（修改）（再修改）.unsent");
  await writeFile(other, "这不是导出的文件");
  await send(phone, other, "随便什么口令");
  await phone.see("这不是走访导出的文件，或来自更新的版本。");
  await looksRight(phone);
  await house.picture(phone, "send-exported-not-ours");
  await send(phone, file, "随便什么口令");
  await phone.see("口令不对，或文件已损坏。");
  assert.equal(await sheet(phone).getByLabel("导出时的口令").inputValue(), "随便什么口令");
}

async function send(phone, file, passphrase) {
  await phone.page.locator("dialog input[type=file]").setInputFiles(file);
  await sheet(phone).getByLabel("导出时的口令").fill(passphrase);
  await sheet(phone).getByRole("button", { name: "发送" }).tap();
}

async function notesAre(device, stop, times) {
  await device.open(stop.path);
  await device.see(timeline(device).getByText(NOTE).first());
  assert.equal(await timeline(device).getByText(NOTE).count(), times);
}
