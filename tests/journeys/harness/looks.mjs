// One screen in both languages, light and dark.
import { looksRight } from "./screens.mjs";

/**
 * It must look right each time, and a person finds its pictures under `<name>-<language>-<scheme>`. `show` brings the screen
 * up anew, in the language that it is given: "en" or "zh". Chinese and light is what remains.
 */
export async function inEveryLook(house, device, name, show) {
  for (const language of ["en", "zh"]) {
    await device.page.evaluate((tag) => localStorage.setItem("zoufang.locale", tag), language === "en" ? "en" : "zh-CN");
    for (const colorScheme of ["dark", "light"]) {
      await device.page.emulateMedia({ colorScheme });
      await show(language);
      await looksRight(device);
      await house.picture(device, `${name}-${language}-${colorScheme}`);
    }
  }
}
