// 25. The browser throws its database away, with a note and a photo in it that no server has: a spare copy lies beside it, and goes up once she has signed in again.
import assert from "node:assert/strict";
import { note, timeline } from "./harness/customers.mjs";
import { LIJING, ZHOUPING, fillSignIn, signIn, wholeBook } from "./harness/people.mjs";
import { picture, seePhotos, take } from "./harness/photos.mjs";
import { looksRight } from "./harness/screens.mjs";
import { everythingSpared, nothingSpared } from "./harness/spares.mjs";
import { agreeToBeingLocated, at, checkIn, planned } from "./harness/visits.mjs";

const NOTE = "数据库丢失之前记的一笔";
const KEPT = { zh: /没有发送的 \d+ 项另存了一份/, en: /still here in a spare copy/ };

export default async function (house) {
  const server = await house.server({ customers: 200 });
  const phone = await house.phone("phone");
  await signIn(house, phone, LIJING);
  await wholeBook(phone);
  await agreeToBeingLocated(phone);
  const stop = await planned(phone);
  await at(phone, stop, { accuracy: 12 });
  await phone.open("/me/sync");
  await phone.see("一切已确认");
  await nothingSpared(phone);

  await phone.context.setOffline(true);
  await checkIn(phone, stop);
  const photo = await picture(phone, { width: 1200, height: 800, colour: "#2f6f9f" });
  await take(phone, [{ name: "shop.jpg", mimeType: "image/jpeg", buffer: photo }]);
  await seePhotos(phone, 1);
  await phone.open(stop.path);
  await note(phone, NOTE);
  await everythingSpared(phone);

  await losesItsDatabase(phone);
  const [, kept] = /没有发送的 (\d+) 项/.exec(await (await phone.see(KEPT.zh)).innerText());
  await looks(house, phone);
  await fillSignIn(phone, LIJING, server.people.get(LIJING).password);
  await phone.see(`上次没发送的 ${kept} 项已找回并送出`);
  await looksRight(phone);
  await house.picture(phone, "brought-back");
  await wholeBook(phone);
  await phone.open(stop.path);
  await phone.see(timeline(phone).getByText(NOTE));
  await seePhotos(phone, 1);
  await phone.open("/me/sync");
  await phone.see("一切已确认");
  await nothingSpared(phone);

  const desk = await house.desk("desk");
  await signIn(house, desk, ZHOUPING);
  await desk.open(stop.path);
  await desk.see(timeline(desk).getByText(NOTE));
  assert.equal(await timeline(desk).getByText(NOTE).count(), 1, "once");
  await seePhotos(desk, 1);
}

/** Chromium does this where its log is damaged; what else a page keeps stays. */
async function losesItsDatabase(phone) {
  const cdp = await phone.cdp();
  await cdp.send("Storage.clearDataForOrigin", { origin: new URL(phone.page.url()).origin, storageTypes: "indexeddb" });
  await phone.kill();
  await phone.startAgain();
  await phone.open("/");
  await phone.see(phone.button("登录"));
}

async function looks(house, phone) {
  for (const [scheme, locale] of [["light", "zh"], ["dark", "zh"], ["dark", "en"], ["light", "en"]]) {
    await phone.page.emulateMedia({ colorScheme: scheme });
    if (locale === "en" && (await phone.button("English").isVisible())) await phone.button("English").tap();
    await phone.see(KEPT[locale]);
    await looksRight(phone);
    await house.picture(phone, `spared-${locale}-${scheme}`);
  }
  await phone.button("中文").tap();
  await phone.page.emulateMedia({ colorScheme: "light" });
}
