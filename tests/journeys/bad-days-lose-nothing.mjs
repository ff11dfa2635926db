// Bad days: no storage, a full disk, a killed tab, an expired sign-in, a server that fails, a new version. Each says so, and nothing is lost.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { cp } from "node:fs/promises";
import { openCustomer, timeline } from "./harness/customers.mjs";
import { inEveryLook } from "./harness/looks.mjs";
import { makeNewer, NEWER } from "./harness/newer.mjs";
import { fillSignIn, LIJING, signIn, wholeBook } from "./harness/people.mjs";
import { looksRight } from "./harness/screens.mjs";
import { PWA } from "./harness/server.mjs";
import { planned } from "./harness/visits.mjs";

const DRAFT = "谈到一半的话";
const NOTE = "登录过期以后记的一笔";
/** The refusal `Failed` (see the protocol book): {0: 10, 1: 0}. */
const FAILED = Buffer.from([0xa2, 0x00, 0x0a, 0x01, 0x00]);

export default async function (house) {
  // The app from a folder, so that a newer version can be put in its place.
  const pwa = await house.file("pwa");
  await cp(PWA, pwa, { recursive: true });
  const server = await house.server({ pwa });
  await withoutStorageItSaysSoAndStops(house);

  const phone = await house.phone("phone");
  await signIn(house, phone, LIJING);
  await wholeBook(phone);
  const stop = await planned(phone);

  await aDraftSurvivesAKill(phone, stop);
  await aNewVersionAsksAndKeepsDraftAndQueue(house, phone, stop, server, pwa);
  await anExpiredSignInKeepsWriting(phone, stop, server);
  await aServerThatFailsIsNotTakenForHerNetwork(house, phone, stop);
  await aFullDiskSaysSoAndKeepsWhatWasTyped(phone, stop);
}

async function withoutStorageItSaysSoAndStops(house) {
  const prepare = (context) => context.addInitScript(() => Object.defineProperty(window, "indexedDB", { value: undefined }));
  const phone = await house.phone("without-storage", { prepare });
  await phone.open("/");
  await phone.see("这个浏览器不能存数据");
  assert.equal(await phone.field("密码").count(), 0, "no sign-in where nothing can be kept");
  await looksRight(phone);
  await phone.close();
}

const noteField = (phone) => phone.page.getByRole("dialog").getByLabel("记点什么");

async function aDraftSurvivesAKill(phone, stop) {
  await phone.open(stop.path);
  await phone.button("记一笔").tap();
  await noteField(phone).pressSequentially(DRAFT);
  await draftIsKept(phone);
  await phone.kill();
  await phone.startCold(stop.path);
  await phone.button("记一笔").tap();
  await phone.page.waitForFunction((text) => document.querySelector("dialog textarea")?.value === text, DRAFT);
}

/** A draft is written a moment after the last letter; until then nobody can know it. */
async function draftIsKept(phone) {
  await phone.page.evaluate(() => new Promise((idle) => requestIdleCallback(() => setTimeout(idle, 1_000))));
}

async function aNewVersionAsksAndKeepsDraftAndQueue(house, phone, stop, server, pwa) {
  await phone.context.setOffline(true);
  await noteField(phone).fill("排队等发送的一笔");
  await phone.page.getByRole("dialog").getByRole("button", { name: "保存" }).tap();
  await phone.see(timeline(phone).getByText("排队等发送的一笔"));
  await phone.button("记一笔").tap();
  await noteField(phone).pressSequentially(DRAFT);
  await draftIsKept(phone);
  await server.kill();

  await makeNewer(pwa);
  await server.start();
  await phone.context.setOffline(false);
  await phone.open(stop.path);
  await phone.see("有新版本");
  await looksRight(phone);
  await house.picture(phone, "new-version");
  await Promise.all([phone.page.waitForEvent("load"), phone.button("更新").tap()]);
  const build = await phone.page.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith("zoufang-")));
  assert.deepEqual(build, [`zoufang-${NEWER}`], "the new version is in charge, the old one gone");
  await phone.see(timeline(phone).getByText("排队等发送的一笔"));
  await phone.button("记一笔").tap();
  await phone.page.waitForFunction((text) => document.querySelector("dialog textarea")?.value === text, DRAFT);
  await phone.open("/me/sync");
  await phone.see("一切已确认");
}

/** The server's own no: this device's tokens and its renewals are spoilt on the way until she has signed in again. */
async function anExpiredSignInKeepsWriting(phone, stop, server) {
  const spoilt = new Set();
  let expired = true;
  await phone.context.route("**/*", async (route) => {
    const request = route.request();
    const path = new URL(request.url()).pathname;
    const token = await request.headerValue("authorization");
    if (expired && token) spoilt.add(token);
    if (expired && path === "/auth/renew") {
      const body = Buffer.from(request.postDataBuffer());
      body[body.length - 1] ^= 1;
      await route.continue({ postData: body });
    } else if (spoilt.has(token)) {
      await route.continue({ headers: { ...(await request.allHeaders()), authorization: `Bearer ${"0".repeat(64)}` } });
    } else {
      await route.continue();
    }
  });

  await phone.open(stop.path);
  await phone.button("记一笔").tap();
  await noteField(phone).fill(NOTE);
  await phone.page.getByRole("dialog").getByRole("button", { name: "保存" }).tap();
  await phone.see(timeline(phone).getByText(NOTE));
  await phone.open("/me/sync");
  await phone.see(/登录已过期。1 项没有发送/);
  await looksRight(phone);

  await phone.button("重新登录").tap();
  await phone.see(/1 项封存在本机/);
  expired = false;
  await fillSignIn(phone, LIJING, server.people.get(LIJING).password);
  await phone.see("一切已确认");
  await openCustomer(phone, stop.name);
  await phone.see(timeline(phone).getByRole("listitem").filter({ hasText: NOTE }).getByText("已确认"));
  await phone.context.unrouteAll({ behavior: "wait" });
}

/** As when its disk is full: it answers, and can take nothing. */
async function aServerThatFailsIsNotTakenForHerNetwork(house, phone, stop) {
  await phone.open(stop.path);
  await phone.context.route("**/sync/push", (route) => route.fulfill({ status: 500, contentType: "application/cbor", body: FAILED }));
  await phone.button("记一笔").tap();
  await noteField(phone).fill("服务器故障时的一笔");
  await phone.page.getByRole("dialog").getByRole("button", { name: "保存" }).tap();
  await phone.see(timeline(phone).getByText("服务器故障时的一笔"));
  await phone.open("/");
  await phone.see("服务器故障 · 1 项在本机");
  await inEveryLook(house, phone, "server-fails", async (language) => {
    await phone.open("/me/sync");
    await phone.see(language === "en" ? /^The server failed/ : /^服务器出错了/);
  });
  await phone.context.unroute("**/sync/push");
  await phone.button("立即同步").tap();
  await phone.see("一切已确认");
}

/** Room for a few notes is left; then there is none, and then there is again. */
async function aFullDiskSaysSoAndKeepsWhatWasTyped(phone, stop) {
  const origin = new URL(phone.page.url()).origin;
  const { usage } = await phone.page.evaluate(() => navigator.storage.estimate());
  await startWithin(phone, usage + ROOM);
  await phone.open(stop.path);
  // Of the page as it is now, for the app is opened anew in between; and in the sheet, for what fails elsewhere is not this note.
  const sheet = () => phone.page.getByRole("dialog");
  const full = () => sheet().getByText(/存储已满/);
  const save = () => sheet().getByRole("button", { name: "保存" }).tap();
  let note;
  for (let many = 0; !(await full().isVisible()); many += 1) {
    assert.ok(many * NOTE_BYTES <= 4 * ROOM, "the disk never gets full");
    // Letters by chance: nothing can be made smaller by compressing it.
    note = randomBytes(NOTE_BYTES / 2).toString("hex");
    await phone.button("记一笔").tap();
    await noteField(phone).fill(note);
    await save();
    await phone.see(full().or(timeline(phone).getByText(note)).first());
  }
  assert.equal(await noteField(phone).inputValue(), note, "what was typed is still there");

  // Opened anew without any room, whatever becomes free meanwhile: the book is there to be read, and still nothing new is kept.
  await startWithin(phone, 1);
  await phone.open(stop.path);
  await phone.button("记一笔").tap();
  await noteField(phone).fill(note);
  await save();
  await phone.see(full());
  const cdp = await phone.cdp();
  await cdp.send("Storage.overrideQuotaForOrigin", { origin });
  await save();
  await phone.see(timeline(phone).getByText(note));
}

/** Chromium trusts a quota for half a minute, so it is set before the app opens its database. */
async function startWithin(phone, quotaSize) {
  const origin = new URL(phone.page.url()).origin;
  await phone.close();
  await phone.start();
  const cdp = await phone.cdp();
  await cdp.send("Storage.overrideQuotaForOrigin", { origin, quotaSize });
}

/** Bytes. */
const ROOM = 256 * 1024;
const NOTE_BYTES = 8 * 1024;
