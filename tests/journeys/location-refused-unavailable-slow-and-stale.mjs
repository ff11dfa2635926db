// 5., when the phone does not know where it is: each case its own words, a reason, and a way on. Nothing is forbidden.
import { timeline } from "./harness/customers.mjs";
import { LIJING, signIn, wholeBook } from "./harness/people.mjs";
import { looksRight } from "./harness/screens.mjs";
import { agreeToBeingLocated, at, planned } from "./harness/visits.mjs";

const METRES_AWAY = 900;

export default async function (house) {
  const phone = await house.phone("phone");
  await signIn(house, phone, LIJING);
  await wholeBook(phone);
  await agreeToBeingLocated(phone);
  const stop = await planned(phone);
  const door = stop.path.replace("/customers/", "/check-in/");

  await unavailable(phone, door);
  await outside(phone, stop, door);
  await uncertain(phone, stop, door);
  await slow(phone, door);
  await stale(phone, stop, door);
  await refused(phone, stop, door);
}

async function unavailable(phone, door) {
  await phone.context.setGeolocation(null);
  await phone.open(door);
  await phone.see("手机现在给不出位置");
  await phone.see("无法判断");
  await looksRight(phone);
}

async function outside(phone, stop, door) {
  await at(phone, stop, { metres: METRES_AWAY, accuracy: 20 });
  await phone.open(door);
  await phone.see("不在范围");
  await phone.see(/900 米|[89]\d\d 米/);
  await phone.button("签到").tap();
  await phone.see("请选一个原因");
  await looksRight(phone);
}

/** The circle and the error of the fix overlap: the app says that it cannot tell. */
async function uncertain(phone, stop, door) {
  await at(phone, stop, { metres: 60, accuracy: 90 });
  await phone.open(door);
  await phone.see(/在边缘|无法判断/);
}

/** No fix comes at all; the clock is put forward instead of waiting. */
async function slow(phone, door) {
  await phone.page.addInitScript(() => {
    if (location.protocol !== "about:" && sessionStorage.getItem("no-fix")) navigator.geolocation.watchPosition = () => 1;
  });
  await phone.page.evaluate(() => sessionStorage.setItem("no-fix", "1"));
  // No page of ours may stand there: the timers that it has begun could not be taken back any more.
  await phone.open("about:blank");
  await phone.page.clock.install();
  await phone.open(door);
  await phone.see("正在定位");
  await phone.page.clock.fastForward(21_000);
  await phone.see("20 秒还没定到位");
  await looksRight(phone);
  await phone.page.evaluate(() => sessionStorage.removeItem("no-fix"));
}

async function stale(phone, stop, door) {
  await at(phone, stop, { accuracy: 12 });
  await phone.open(door);
  await phone.see("在范围内");
  await phone.page.clock.fastForward(32_000);
  await phone.see("上一次定位已超过 30 秒");
  await looksRight(phone);
  await phone.button("重新定位").tap();
}

/** Refused: she can still check in, with a reason, and the visit says so. */
async function refused(phone, stop, door) {
  const cdp = await phone.cdp();
  const origin = new URL(phone.page.url()).origin;
  await cdp.send("Browser.setPermission", { permission: { name: "geolocation" }, setting: "denied", origin });
  await phone.open(door);
  await phone.see("你没有允许定位");
  await phone.see("要允许：");
  await looksRight(phone);
  await phone.page.getByRole("group", { name: "说明原因" }).getByRole("button", { name: "定位不准" }).tap();
  await phone.button("签到").tap();
  await phone.see(phone.page.getByRole("timer"));
  await phone.open(stop.path);
  await phone.see(timeline(phone).getByText("无法判断").first());
  await phone.see(timeline(phone).getByText("原因：定位不准"));
}
