// IndexedDB fails as it does in the field: once, and nobody notices; for longer, and every screen says that nothing is saved, what was typed stays, what is unsent can be had as a file; then it works again.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { timeline } from "./harness/customers.mjs";
import { WEIGHTS, fail, failingStorage, recover } from "./harness/failing-storage.mjs";
import { LIJING, ZHOUPING, signIn, wholeBook } from "./harness/people.mjs";
import { looksRight } from "./harness/screens.mjs";
import { planned } from "./harness/visits.mjs";

/** What she is told where she typed, and on every screen. */
const NOT_KEPT = { backing: /没有保存/, lost: /没有保存/, closing: /没有保存/, full: /没有保存/, quota: /没有存下/ };
const NOT_SAVING = /没有在保存：/;

export default async function (house) {
  await house.server({ customers: 200 });
  const phone = await house.phone("phone", { prepare: failingStorage });
  await signIn(house, phone, LIJING);
  await wholeBook(phone);
  const stop = await planned(phone);
  await phone.open(stop.path);

  const written = [];
  for (const kind of Object.keys(WEIGHTS)) {
    // A full share is no stumble: trying again at once would not help, and she is told.
    if (kind !== "quota") written.push(await onceAndNobodyNotices(phone, kind));
    written.push(await forLonger(house, phone, kind));
  }
  written.push(await anotherVersionOpensTheDatabase(phone));
  await theExportIsOffered(house, phone, stop);
  written.push(await theWriterCannotBegin(phone, stop));
  written.push(await anotherTabHoldsTheDatabase(phone));
  written.push(...(await aStorm(phone)));
  await phone.open("/me/sync");
  await phone.see("一切已确认");
  await onceAtTheServer(house, stop, written);
}

const sheet = (phone) => phone.page.getByRole("dialog");
const noteField = (phone) => sheet(phone).getByLabel("记点什么");
const save = (phone) => sheet(phone).getByRole("button", { name: "保存" }).tap();
const line = (phone, text) => timeline(phone).getByRole("listitem").filter({ hasText: text });

async function type(phone, text) {
  await phone.button("记一笔").tap();
  await noteField(phone).fill(text);
  // What an earlier failure left may have come into the field between its being marked and filled; a person sees that.
  if ((await noteField(phone).inputValue()) !== text) await noteField(phone).fill(text);
}

async function onceAndNobodyNotices(phone, kind) {
  const text = `失败一次的一笔 ${kind}`;
  await type(phone, text);
  await fail(phone, kind, { times: 1 });
  await save(phone);
  await phone.see(line(phone, text));
  assert.equal(await recover(phone), 1, `${kind} has failed once`);
  await phone.seeNoMore(NOT_SAVING);
  return text;
}

async function forLonger(house, phone, kind) {
  const text = `一直失败的一笔 ${kind}`;
  await type(phone, text);
  await fail(phone, kind);
  await save(phone);
  await phone.see(sheet(phone).getByText(NOT_KEPT[kind]));
  assert.equal(await noteField(phone).inputValue(), text, "what was typed is still there");
  assert.equal(await line(phone, text).count(), 0, "what is not saved is not shown as saved");
  await sheet(phone).getByRole("button", { name: "关闭" }).tap();
  await phone.see(NOT_SAVING);
  await looksRight(phone);
  await house.picture(phone, `not-saving-${kind}`);
  // The sheet again: the words are still hers.
  await phone.button("记一笔").tap();
  if ((await noteField(phone).inputValue()) !== text) await noteField(phone).fill(text);
  await recover(phone);
  await save(phone);
  await phone.see(line(phone, text));
  await phone.seeNoMore(NOT_SAVING);
  return text;
}

/** A newer version in another tab upgrades the database: the handle is let go, and the newer database used as it is. */
async function anotherVersionOpensTheDatabase(phone) {
  const text = "数据库升级之后的一笔";
  await phone.page.evaluate(async () => {
    const person = (await indexedDB.databases()).find((one) => one.name.startsWith("zoufang-"));
    await new Promise((done, failed) => {
      const request = indexedDB.open(person.name, person.version + 1);
      request.onsuccess = () => done(request.result.close());
      request.onerror = () => failed(request.error);
      request.onblocked = () => failed(new Error("a tab does not let go of its handle"));
    });
  });
  await type(phone, text);
  await save(phone);
  await phone.see(line(phone, text));
  return text;
}

/** What was written before, without a network, can be taken away as a file though the database has failed. */
async function theExportIsOffered(house, phone, stop) {
  await phone.context.setOffline(true);
  await type(phone, "没有网络时写的一笔");
  await save(phone);
  await phone.see(line(phone, "没有网络时写的一笔"));
  await type(phone, "存不下的一笔");
  await fail(phone, "lost");
  await save(phone);
  await phone.see(sheet(phone).getByText(NOT_KEPT.lost));
  await sheet(phone).getByRole("button", { name: "关闭" }).tap();
  await phone.see(NOT_SAVING);
  await looksRight(phone);
  await house.picture(phone, "not-saving");
  await phone.page.getByRole("button", { name: /^导出 \d+ 项未发送$/ }).tap();
  await phone.see(/没有在保存：手机上的数据库出错了。请先导出/);
  await phone.button("导出未发送").tap();
  await sheet(phone).getByLabel("口令", { exact: true }).fill("qifeng 7359 east");
  await sheet(phone).getByLabel("再输一次").fill("qifeng 7359 east");
  const [download] = await Promise.all([
    phone.page.waitForEvent("download"),
    sheet(phone).getByRole("button", { name: "生成文件" }).tap(),
  ]);
  assert.equal((await readFile(await download.path())).subarray(0, 7).toString(), "zoufang");
  await recover(phone);
  await phone.context.setOffline(false);
  await phone.see("一切已确认");
  await phone.open(stop.path);
  await phone.see(line(phone, "没有网络时写的一笔"));
}

/** The storage fails while the app opens, so that this tab cannot take its place as the writer; later it can, without being opened anew. */
async function theWriterCannotBegin(phone, stop) {
  const text = "打开时就失败的一笔";
  // The first uses read who is here; what comes after them is the writer's.
  await fail(phone, "full");
  await phone.open(stop.path);
  await type(phone, text);
  await save(phone);
  await phone.see(sheet(phone).getByText(NOT_KEPT.full));
  assert.equal(await noteField(phone).inputValue(), text);
  await recover(phone);
  await save(phone);
  await phone.see(line(phone, text));
  await phone.seeNoMore(NOT_SAVING);
  return text;
}

/** A transaction of another tab never ends, as where a system stops one in the middle: she waits, but not for ever. */
async function anotherTabHoldsTheDatabase(phone) {
  const text = "别的标签页占着数据库时的一笔";
  const other = await phone.context.newPage();
  await other.goto("/health");
  await other.evaluate(async () => {
    const { name } = (await indexedDB.databases()).find((one) => one.name.startsWith("zoufang-"));
    const database = await new Promise((done) => (indexedDB.open(name).onsuccess = (event) => done(event.target.result)));
    const store = database.transaction("meta", "readwrite").objectStore("meta");
    const again = () => (store.count().onsuccess = again);
    again();
  });
  await phone.page.bringToFront();
  await type(phone, text);
  await save(phone);
  await phone.see(sheet(phone).getByText(NOT_KEPT.closing));
  assert.equal(await noteField(phone).inputValue(), text);
  await other.close();
  await save(phone);
  await phone.see(line(phone, text));
  return text;
}

/** Every fifth use fails, in the proportions of the field; she tries again until it is saved. */
async function aStorm(phone) {
  const texts = [];
  await fail(phone, WEIGHTS, { chance: 0.2, seed: 20_261_125 });
  for (let n = 1; n <= 12; n += 1) {
    const text = `风暴里的第 ${n} 笔`;
    await type(phone, text);
    const kept = line(phone, text);
    const refused = sheet(phone).getByText(/没有保存|没有存下/);
    for (let tries = 1; !(await kept.isVisible()); tries += 1) {
      assert.ok(tries < 20, "it is never saved");
      await save(phone);
      await phone.see(kept.or(refused).first());
      assert.ok((await kept.isVisible()) || (await noteField(phone).inputValue()) === text, "her words are still there");
    }
    texts.push(text);
  }
  const failed = await recover(phone);
  assert.ok(failed >= 5, `only ${failed} uses of the storage have failed`);
  return texts;
}

async function onceAtTheServer(house, stop, written) {
  const desk = await house.desk("desk");
  await signIn(house, desk, ZHOUPING);
  await desk.open(stop.path);
  await desk.see(timeline(desk));
  const more = timeline(desk).getByRole("button", { name: /^再看 \d+ 条$/ });
  while (await more.isVisible()) await more.click();
  // What the last tap unfolded is painted a moment later.
  for (const text of written) await desk.see(timeline(desk).getByText(text));
  const lines = await timeline(desk).getByRole("listitem").allInnerTexts();
  for (const text of written) {
    assert.equal(lines.filter((one) => one.includes(text)).length, 1, `${text} is there once`);
  }
}
