// Where customers are and where the phone is; consent once.
import { timeline } from "./customers.mjs";
import { toWgs84 } from "./gcj02.mjs";

/** Says yes, once, to what the app records of a position. */
export async function agreeToBeingLocated(phone) {
  await phone.open("/check-in");
  await phone.see("签到会用到你的位置");
  await phone.button("同意").tap();
  await phone.see("不在这里？");
}

/** The first visit planned for today that is still to come: name, path, point. */
export async function planned(phone, nth = 0) {
  await phone.open("/");
  const button = phone.page.getByRole("button", { name: /^签到：/ }).nth(nth);
  await phone.see(button);
  const name = (await button.getAttribute("aria-label")).replace("签到：", "");
  await phone.page.getByRole("link", { name }).first().click();
  await phone.see(timeline(phone));
  const path = new URL(phone.page.url()).pathname;
  return { name, path, point: await pointOf(phone) };
}

/** The customer's point as the app hands it to a map, in the open page. */
export async function pointOf(phone) {
  await phone.button("导航").tap();
  const sheet = phone.page.getByRole("dialog");
  const href = await sheet.getByRole("link", { name: "高德地图" }).getAttribute("href");
  await sheet.getByRole("button", { name: "关闭" }).tap();
  const [lon, lat] = new URL(href).searchParams.get("to").split(",").map(Number);
  return toWgs84({ latitude: lat, longitude: lon });
}

const METRES_PER_DEGREE = 111_320;

/** Puts the phone so many metres north of a point. */
export async function at(phone, { point }, { metres = 0, accuracy }) {
  const latitude = point.latitude + metres / METRES_PER_DEGREE;
  await phone.context.setGeolocation({ latitude, longitude: point.longitude, accuracy });
}

/** A chip of a group; `pressed`: as it stands once it was chosen. */
export const chip = (phone, group, name, pressed) =>
  phone.page.getByRole("group", { name: group }).getByRole("button", { name, pressed });

/** At the door of a planned customer, in the circle. */
export async function checkIn(phone, stop) {
  await phone.open("/");
  await phone.link("签到").tap();
  const evidence = phone.page.getByRole("region", { name: stop.name });
  await phone.see(evidence.getByText("在范围内"));
  await phone.button("签到").tap();
  await phone.see(phone.page.getByRole("timer"));
}

/** Ends the open visit, with a step for tomorrow. */
export async function checkOut(phone) {
  await chip(phone, "下一步", "明天").tap();
  await phone.button("签退并保存").tap();
  await phone.see(/已签退，停留/);
}
