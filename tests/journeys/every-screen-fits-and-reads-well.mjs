// All screens, in both languages, light and dark: at 360 px nothing overflows or is cut, axe finds nothing; a picture of each for a person to look at.
import assert from "node:assert/strict";
import { NARROW } from "./harness/device.mjs";
import { HELIN, LIJING, signIn, wholeBook, ZHOUPING } from "./harness/people.mjs";
import { faultsOf } from "./harness/screens.mjs";
import { agreeToBeingLocated, at, checkIn, planned } from "./harness/visits.mjs";

const SCHEMES = ["light", "dark"];

/** Address, the words by which a screen is known to be there, Chinese and English, and what comes before. */
const OWN = [
  ["today", "/", "今天的走访", "Today's visits"],
  ["customers", "/customers", "2,000 户", "2,000 held"],
  ["new-customer", "/customers/new", "用现在的位置", "Use this place"],
  ["check-in-nearest", "/check-in", "不在这里？", "Not here?"],
  ["attention", "/attention", "没有要处理的", "Nothing to attend to"],
  ["me", "/me", "退出登录", "Sign out"],
  ["sync", "/me/sync", "立即同步", "Sync now"],
  ["attendance", "/me/attendance", "首次签到", "First in"],
  ["privacy", "/me/privacy", "你的选择", "Your choice"],
  ["imports", "/me/imports", "还没有导入过", "Nothing was imported yet"],
  ["settings", "/me/settings", "修改密码", "Change password"],
  ["import", "/import", "选择文件", "Choose file"],
  ["locked", "/locked", "联系服务器", "Reach the server"],
  ["install", "/install", "装到手机", "Install"],
];
const ADMINISTRATORS = [
  ["people", "/admin/people", "人员", "People"],
  ["grids", "/admin/grids", "网格", "Grids"],
  ["devices", "/admin/devices", "设备", "Devices"],
  ["waiting", "/waiting", "没有要你决定的", "Nothing to decide"],
];
const OVERSEERS = [
  ["board", "/board", /全部 \d+ 个网格/, /\d+ grids in all/],
  ["desk-customers", "/customers", "客户", "Customers"],
  ["desk-people", "/admin/people", "人员", "People"],
];

export default async function (house) {
  const faults = [];
  const phone = await house.phone("phone", NARROW);
  await phone.open("/");
  await phone.see(phone.button("登录"));
  await look(house, phone, ["sign-in", "/", "登录", "Sign in"], faults);

  await signIn(house, phone, LIJING);
  await wholeBook(phone);
  await agreeToBeingLocated(phone);
  const stop = await planned(phone);
  const own = [
    ...OWN,
    ["customer", stop.path, "时间线", "Timeline"],
    ["edit-customer", `${stop.path}/edit`, "编辑客户", "Edit customer"],
    ["check-in", stop.path.replace("/customers/", "/check-in/"), "在范围内", "In range", () => at(phone, stop, { accuracy: 12 })],
  ];
  for (const screen of own) await look(house, phone, screen, faults);
  await at(phone, stop, { accuracy: 12 });
  await checkIn(phone, stop);
  await look(house, phone, ["visit", new URL(phone.page.url()).pathname, "签退并保存", "Check out and save"], faults);
  await phone.close();

  const pocket = await house.phone("administrator", NARROW);
  await signIn(house, pocket, HELIN);
  for (const screen of ADMINISTRATORS) await look(house, pocket, screen, faults);
  await pocket.close();

  const desk = await house.desk("desk");
  await signIn(house, desk, ZHOUPING);
  for (const screen of OVERSEERS) await look(house, desk, screen, faults);

  assert.ok(faults.length === 0, `${faults.length} faults\n${faults.join("\n")}`);
}

async function look(house, device, [name, path, chinese, english, before = async () => {}], faults) {
  for (const [language, words] of [["zh-CN", chinese], ["en", english]]) {
    await device.page.evaluate((tag) => localStorage.setItem("zoufang.locale", tag), language);
    await before();
    await device.open(path);
    await device.see(words);
    for (const colorScheme of SCHEMES) {
      await device.page.emulateMedia({ colorScheme });
      faults.push(...(await faultsOf(device.page)).map((fault) => `${name} ${language} ${colorScheme}: ${fault}`));
      await house.picture(device, `${name}-${language === "en" ? "en" : "zh"}-${colorScheme}`);
    }
  }
  await device.page.evaluate(() => localStorage.setItem("zoufang.locale", "zh-CN"));
}
