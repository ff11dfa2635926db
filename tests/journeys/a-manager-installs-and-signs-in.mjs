// 1. The address is opened, the app can be installed, hints come before sign-in where they must, the book arrives.
import assert from "node:assert/strict";
import { fillSignIn, LIJING, wholeBook } from "./harness/people.mjs";
import { looksRight } from "./harness/screens.mjs";

const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1";
const WECHAT =
  "Mozilla/5.0 (Linux; Android 14; V2227A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36 XWEB/1160117 MMWEBSDK/20240501 MicroMessenger/8.0.50.2701 WeChat/arm64 Language/zh_CN";

export default async function (house) {
  const server = await house.server();
  await onAnIphoneInstallingComesFirst(house);
  await insideWechatTheWayOutComesFirst(house);

  const phone = await house.phone("phone");
  await phone.open("/");
  await phone.see(phone.button("登录"));
  await looksRight(phone);
  await chromiumCanInstallIt(phone);

  await fillSignIn(phone, LIJING, "wrong password");
  await phone.see("账号或密码不对");
  assert.equal(await phone.field("账号").inputValue(), LIJING, "what was typed stays");

  await phone.field("密码").fill(server.people.get(LIJING).password);
  await phone.button("登录").click();
  await phone.see(phone.page.getByRole("navigation", { name: "主导航" }));
  await phone.see("今天的走访");

  await wholeBook(phone);
  await phone.see("2,000 户");

  await consentComesBeforeTheFirstFix(phone);

  // Cold from the manifest's start_url, with nothing but what is on the phone.
  await server.kill();
  await phone.kill();
  await phone.startCold("/");
  await phone.see("今天的走访");
}

async function onAnIphoneInstallingComesFirst(house) {
  // Safari offers no installation to pages; this Chromium would.
  const prepare = (context) =>
    context.addInitScript(() => addEventListener("beforeinstallprompt", (event) => event.stopImmediatePropagation()));
  const iphone = await house.phone("iphone", { userAgent: IPHONE, prepare });
  await iphone.open("/");
  await iphone.see("先装到主屏幕，再登录");
  await iphone.see("添加到主屏幕");
  assert.equal(await iphone.field("密码").count(), 0, "no sign-in before the hint");
  await looksRight(iphone);
  await house.picture(iphone, "install-ios");
  await iphone.button("先在这里登录").click();
  await iphone.see(iphone.field("账号"));
  await iphone.close();
}

async function insideWechatTheWayOutComesFirst(house) {
  const wechat = await house.phone("wechat", { userAgent: WECHAT });
  await wechat.open("/");
  await wechat.see("请用浏览器打开");
  await wechat.see("在浏览器打开");
  assert.equal(await wechat.field("密码").count(), 0, "no sign-in before the hint");
  await looksRight(wechat);
  await house.picture(wechat, "install-wechat");
  await wechat.close();
}

async function chromiumCanInstallIt(phone) {
  const cdp = await phone.cdp();
  // The first visit's worker must be in charge.
  await phone.page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  const { installabilityErrors } = await cdp.send("Page.getInstallabilityErrors");
  assert.deepEqual(installabilityErrors.map((error) => error.errorId), [], "Chromium finds nothing in the way");
  const { errors, data } = await cdp.send("Page.getAppManifest");
  assert.deepEqual(errors, []);
  const manifest = JSON.parse(data);
  assert.equal(manifest.start_url, "/");
  assert.equal(manifest.display, "standalone");
  assert.match(manifest.theme_color, /^#/);
  assert.ok(manifest.icons.some((icon) => icon.purpose === "maskable"), "a maskable icon");
  for (const icon of manifest.icons) {
    const answer = await phone.page.request.get(icon.src);
    assert.ok(answer.ok(), `${icon.src} is there`);
  }
}

async function consentComesBeforeTheFirstFix(phone) {
  await phone.open("/");
  await phone.link("签到").tap();
  await phone.see("签到会用到你的位置");
  await looksRight(phone);
  await phone.button("同意").tap();
  await phone.see(phone.button("签到"));
}
