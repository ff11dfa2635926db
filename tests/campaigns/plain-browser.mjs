// Chromium as a person has it: tabs that nobody looks at are hidden and can be frozen. Playwright's own start makes every page believe that it is looked at.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";
import { CHROMIUM, SWITCHES } from "../journeys/harness/device.mjs";

/** Opens the browser on a profile; gives its tabs' context and what ends it. */
export async function plainBrowser(dir) {
  const words = [...SWITCHES, "--headless=new", "--no-first-run", "--remote-debugging-port=0", `--user-data-dir=${dir}`, "about:blank"];
  const child = spawn(CHROMIUM, words, { stdio: ["ignore", "ignore", "pipe"], detached: true });
  const ended = new Promise((done) => child.once("exit", done));
  const address = await new Promise((found, failed) => {
    child.once("error", failed);
    child.once("exit", (code) => failed(new Error(`the browser ended with ${code}`)));
    createInterface({ input: child.stderr }).on("line", (line) => {
      const told = /^DevTools listening on (\S+)/.exec(line);
      if (told) found(told[1]);
    });
  });
  const browser = await chromium.connectOverCDP(address, { noDefaults: true });
  const [context] = browser.contexts();
  const close = async () => {
    await browser.close();
    child.kill("SIGTERM");
    await ended;
  };
  return { context, close };
}
