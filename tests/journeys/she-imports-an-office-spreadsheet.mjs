// 2. A spreadsheet as it comes out of an office: preview in four groups, done, found, taken back; broken and hostile files get a sentence.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { openCustomer, rows, search } from "./harness/customers.mjs";
import { LIJING, signIn, wholeBook } from "./harness/people.mjs";
import { looksRight } from "./harness/screens.mjs";

const SHEETS = fileURLToPath(new URL("../fixtures/sheets/", import.meta.url));
const MESSY = `${SHEETS}constructed/messy_customers.xlsx`;

const HOSTILE = [
  ["encrypted.xlsx", "这个文件有密码"],
  ["empty.xlsx", "这个文件是空的"],
  ["truncated.xlsx", "文件损坏"],
  ["zip_bomb_sheet.xlsx", /表格太大|文件太大/],
  ["entity_expansion.xlsx", /不会写的内容|文件损坏/],
];

export default async function (house) {
  const phone = await house.phone("phone");
  await signIn(house, phone, LIJING);
  await wholeBook(phone);

  await hostileFilesGetASentence(house, phone);
  const created = await previewedAndImported(house, phone);
  await foundBySearch(phone, created);
  await takenBack(phone, created);
}

async function choose(phone, file, button = phone.button("选择文件")) {
  const [chooser] = await Promise.all([phone.page.waitForEvent("filechooser"), phone.tap(button)]);
  await chooser.setFiles(file);
}

async function hostileFilesGetASentence(house, phone) {
  await phone.open("/import");
  await phone.see(phone.button("选择文件"));
  await looksRight(phone);
  for (const [name, sentence] of HOSTILE) {
    await choose(phone, await hostile(house, name));
    await phone.see(phone.page.getByRole("alert").filter({ hasText: sentence }));
  }
  await looksRight(phone);
  // The page lives: the same screen takes the next file, whose name lies about its format.
  await choose(phone, await hostile(house, "html_named_xls.xls"));
  await phone.see(phone.button("开始导入"));
}

/** What is not kept as a file, because it is large or can be said in one line. */
const MADE = {
  "empty.xlsx": () => "",
  "truncated.xlsx": () => readFileSync(MESSY).subarray(0, 50_000),
  "zip_bomb_sheet.xlsx": () => gunzipSync(readFileSync(`${SHEETS}hostile/zip_bomb_sheet.xlsx.gz`)),
};

async function hostile(house, name) {
  if (!(name in MADE)) return `${SHEETS}hostile/${name}`;
  const made = await house.file(name);
  await writeFile(made, MADE[name]());
  return made;
}

/** Four taps from the first screen; what a row became is known from the file that came with it. */
async function previewedAndImported(house, phone) {
  await phone.open("/");
  await phone.see(phone.link("客户"));
  phone.taps = 0;
  await phone.tap(phone.link("客户"));
  await phone.tap(phone.link("导入客户"));
  const began = performance.now();
  await choose(phone, MESSY);
  const preview = phone.page.getByRole("group", { name: "预览" });
  for (const group of ["新建 560", "更新 0", "重复 70", "被拒绝 30"]) {
    await phone.see(preview.getByRole("button", { name: group, exact: true }));
  }
  await looksRight(phone);
  await house.picture(phone, "import-preview");
  await phone.tap(phone.button("开始导入"));
  await phone.see(/已导入，存在本机/);
  const seconds = (performance.now() - began) / 1000;
  assert.ok(phone.taps <= 4, `${phone.taps} taps to import`);
  assert.ok(seconds < 30, `${seconds.toFixed(1)} s to import`);
  await looksRight(phone);

  const [download] = await Promise.all([phone.page.waitForEvent("download"), phone.button("下载被拒绝的行").tap()]);
  const refused = readFileSync(await download.path(), "utf8").trim().split(/\r?\n/);
  assert.ok(refused.length >= 31, `a header and 30 rows, found ${refused.length} lines`);

  const { rows } = JSON.parse(readFileSync(`${SHEETS}constructed/messy_customers_expected.json`, "utf8"));
  return rows.find((row) => row.outcome === "created").values.name;
}

async function foundBySearch(phone, name) {
  await openCustomer(phone, name);
  await phone.see(phone.button("签到"));
}

async function takenBack(phone, name) {
  await phone.open("/me/imports");
  const takeBack = phone.button("撤销这次导入");
  await phone.see(takeBack);
  await looksRight(phone);
  await takeBack.tap();
  await phone.page.getByRole("dialog").getByRole("button", { name: "撤销这次导入" }).tap();
  await phone.see(/已撤销$/);
  await phone.open("/customers");
  await search(phone).fill(name);
  await phone.see(rows(phone).first().or(phone.text("没有找到客户")));
  assert.equal(await rows(phone).filter({ hasText: name }).count(), 0, "what the import made is gone");
}
