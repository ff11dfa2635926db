// 24. Chromium is killed in the middle of a write and leaves half a record at the end of its log. It would go on behind it, and throw everything away at the start after the next: the app does not let it.
import assert from "node:assert/strict";
import { appendFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { note, timeline } from "./harness/customers.mjs";
import { PATIENCE_MS } from "./harness/device.mjs";
import { LIJING, signIn, wholeBook } from "./harness/people.mjs";
import { planned } from "./harness/visits.mjs";

/** A record's header as LevelDB writes it before the content: checksum, length, "whole". */
const HEADER = Buffer.from([0xde, 0xad, 0xbe, 0xef, 78, 0, 1]);
const NOTES = ["第一次摔之后记的", "第二次摔之后记的"];

export default async function (house) {
  const phone = await house.phone("phone");
  await signIn(house, phone, LIJING);
  await wholeBook(phone);
  const stop = await planned(phone);
  await phone.context.setOffline(true);
  for (const text of NOTES) {
    await phone.kill();
    const torn = await tear(phone.dir);
    await phone.startAgain();
    await phone.context.setOffline(true);
    await phone.open(stop.path);
    await phone.see(timeline(phone));
    await left(torn);
    await note(phone, text);
  }
  await phone.kill();
  await phone.startAgain();
  await phone.open(stop.path);
  for (const text of NOTES) await phone.see(timeline(phone).getByText(text));
  await phone.open("/me/sync");
  await phone.see("一切已确认");
}

/** The log that the browser was writing when it was killed ends in a header without its content; which log that is. */
async function tear(dir) {
  const databases = join(dir, "Default", "IndexedDB");
  const [database] = (await readdir(databases)).filter((name) => name.endsWith(".indexeddb.leveldb"));
  const folder = join(databases, database);
  const logs = (await readdir(folder)).filter((name) => /^\d+\.log$/.test(name)).sort();
  assert.ok(logs.length > 0, "LevelDB keeps a log");
  const log = logs.at(-1);
  await appendFile(join(folder, log), HEADER);
  return { folder, log };
}

/** Until LevelDB has left that log: what was in it stands in its tables. */
async function left({ folder, log }) {
  const until = performance.now() + PATIENCE_MS;
  while ((await readdir(folder)).includes(log)) {
    assert.ok(performance.now() < until, "the torn log is left");
    await new Promise((later) => setImmediate(later));
  }
}
