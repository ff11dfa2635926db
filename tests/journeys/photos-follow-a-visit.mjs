// A visit with photos, without a network: the app is killed and they are there; the visit goes up first, the photos after it, though the server dies in the middle of one; a supervisor opens them, and so does her other phone, once it has a signal.
import assert from "node:assert/strict";
import { timeline } from "./harness/customers.mjs";
import { fail, failingStorage, recover } from "./harness/failing-storage.mjs";
import { inEveryLook } from "./harness/looks.mjs";
import { LIJING, signIn, wholeBook, ZHOUPING } from "./harness/people.mjs";
import { openPhoto, photos, picture, seePhotos, take } from "./harness/photos.mjs";
import { looksRight } from "./harness/screens.mjs";
import { agreeToBeingLocated, at, checkIn, checkOut, planned } from "./harness/visits.mjs";

/** A chunk of an upload. */
const CHUNK = 256 * 1024;

export default async function (house) {
  const server = await house.server({ customers: 200 });
  const phone = await house.phone("phone", { prepare: failingStorage });
  await signIn(house, phone, LIJING);
  await wholeBook(phone);
  await agreeToBeingLocated(phone);
  const stop = await planned(phone);
  await at(phone, stop, { accuracy: 12 });
  const large = await picture(phone, { width: 2400, height: 1600, colour: "#2f6f9f", noise: true });
  const turned = await picture(phone, { width: 1200, height: 800, colour: "#9f5a2f", exif: { orientation: 6 } });
  const file = (name, buffer) => ({ name, mimeType: "image/jpeg", buffer });
  await checkIn(phone, stop);
  const visit = new URL(phone.page.url()).pathname;

  await phone.context.setOffline(true);
  await take(phone, [file("shop.jpg", large), file("sign.jpg", turned)]);
  await seePhotos(phone, 2);
  assert.equal(await phone.page.getByRole("listitem").getByText("已存在本机").count(), 2, "each says where it is");
  await looksRight(phone);
  await whatCannotBeKeptSaysSo(phone, file("shop.jpg", turned));
  await phone.page.reload();
  await inEveryLook(house, phone, "visit-photos", async (language) => {
    await phone.open(visit);
    await phone.see(phone.button(language === "en" ? "Check out and save" : "签退并保存"));
    await seePhotos(phone, 2);
    await photos(phone).first().scrollIntoViewIfNeeded();
  });

  await phone.kill();
  await phone.startAgain();
  await phone.context.setOffline(true);
  await phone.open(visit);
  await seePhotos(phone, 2);
  const sizes = [await openPhoto(phone, 0)];
  await looksRight(phone);
  await house.picture(phone, "photo-whole");
  await phone.button("关闭").tap();
  sizes.push(await openPhoto(phone, 1));
  await phone.button("关闭").tap();
  assert.deepEqual(sizes, [[1600, 1067], [800, 1200]], "made small, and upright");
  await checkOut(phone);

  await phone.open("/me/sync");
  await phone.see(/2 张未上传/);
  await looksRight(phone);
  await house.picture(phone, "sync-photos");
  await theServerDiesInTheMiddle(phone, server);
  await phone.open("/me/sync");
  await phone.see("一切已确认");

  const desk = await house.desk("desk");
  await signIn(house, desk, ZHOUPING);
  await desk.open(stop.path);
  await desk.see(timeline(desk));
  await seePhotos(desk, 2);
  assert.deepEqual(await openPhoto(desk, 0), [1600, 1067]);
  await looksRight(desk);
  await house.picture(desk, "desk-photo-whole");
  await desk.button("关闭").click();
  await looksRight(desk);
  await house.picture(desk, "desk-photos");

  await herOtherPhoneNeedsASignal(house, stop);
}

async function whatCannotBeKeptSaysSo(phone, good) {
  const alert = phone.page.getByRole("alert");
  await take(phone, [{ name: "notes.txt", mimeType: "image/jpeg", buffer: Buffer.from("no picture") }]);
  await phone.see(alert.getByText(/“notes.txt”不是能打开的图片/));
  await take(phone, [{ name: "huge.jpg", mimeType: "image/jpeg", buffer: Buffer.alloc(40 * 1024 * 1024) }]);
  await phone.see(alert.getByText(/“huge.jpg”超过 32 MB/));
  await looksRight(phone);

  const notes = phone.page.getByLabel("记录");
  await notes.fill("门头照片已拍");
  await notes.blur();
  await phone.see(phone.page.locator(".visit-notes-state").getByText("已存在本机"));
  await fail(phone, "quota");
  await take(phone, [good]);
  await phone.see(alert.getByText(/照片没有存下；走访和你填的内容都在/));
  assert.ok((await recover(phone)) > 0);
  await seePhotos(phone, 2);
  assert.equal(await notes.inputValue(), "门头照片已拍");
}

async function theServerDiesInTheMiddle(phone, server) {
  const sent = [];
  let died = false;
  await phone.context.route("**/blob/*", async (route) => {
    const request = route.request();
    if (request.method() === "PATCH") {
      sent.push({ path: new URL(request.url()).pathname, from: Number(request.headers()["upload-offset"]) });
      if (sent.length === 2 && !died) {
        died = true;
        await server.kill();
      }
    }
    await route.continue();
  });
  await phone.context.setOffline(false);
  await phone.button("立即同步").tap();
  await phone.see(/还有 2 张照片没有上传/);
  await phone.see(/连不上服务器|离线/);
  await server.start();
  await phone.button("立即同步").tap();
  await phone.see("一切已确认");
  const first = sent.filter((it) => it.path === sent[0].path).map((it) => it.from);
  assert.ok(died && first.length > 2, "the server died with more to come");
  assert.equal(first.filter((from) => from === 0).length, 1, `what had arrived was not sent again: ${first}`);
  assert.ok(first.every((from) => from % CHUNK === 0));
  await phone.context.unroute("**/blob/*");
}

async function herOtherPhoneNeedsASignal(house, stop) {
  const other = await house.phone("other");
  await signIn(house, other, LIJING);
  await wholeBook(other);
  await other.context.route("**/blob/*", (route) => route.abort());
  await other.open(stop.path);
  await other.see(timeline(other));
  await photos(other).first().click();
  await other.see("照片还没有下载，联网后可看。");
  await looksRight(other);
  await house.picture(other, "photo-not-here");
  await other.context.unroute("**/blob/*");
  await other.button("再试一次").tap();
  await other.see(other.page.getByRole("dialog").getByRole("img"));
  await other.button("关闭").tap();
  await seePhotos(other, 2);
  // Kept from now on.
  await other.context.setOffline(true);
  await other.page.reload();
  await seePhotos(other, 2);
  await other.close();
}
