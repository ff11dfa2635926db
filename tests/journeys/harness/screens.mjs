// What every screen must be: nothing overflows, no text is cut, axe finds nothing.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const NARROWEST = 360;

/** Asserts it of what is on the screen now, at its own width and at 360 px. */
export async function looksRight(device) {
  const size = device.page.viewportSize();
  const faults = await faultsOf(device.page);
  if (size.width > NARROWEST && size.width < 960) {
    await device.page.setViewportSize({ ...size, width: NARROWEST });
    faults.push(...(await overflowing(device.page)).map((fault) => `at ${NARROWEST} px ${fault}`));
    await device.page.setViewportSize(size);
  }
  assert.ok(faults.length === 0, `${new URL(device.page.url()).pathname}:\n${faults.join("\n")}`);
}

/** Everything wrong with the screen as it stands, as sentences. */
export async function faultsOf(page) {
  // The page is there before the app: its shell has no heading.
  await page.locator("h1").first().waitFor({ state: "attached" });
  // What fades in while it is looked at has no contrast yet: then it is looked at again.
  for (let begun = await atRest(page); ; ) {
    const faults = [...(await overflowing(page)), ...(await inaccessible(page))];
    const since = begun;
    begun = await atRest(page);
    if (faults.length === 0 || begun === since) return faults;
  }
}

/** Waits until nothing moves; how many movements have begun on this page since it was first asked. */
async function atRest(page) {
  return page.evaluate(async () => {
    if (window.movementsBegun === undefined) {
      window.movementsBegun = 0;
      const count = () => window.movementsBegun++;
      for (const begin of ["animationstart", "transitionrun"]) document.addEventListener(begin, count, true);
    }
    const ending = document.getAnimations().filter((moving) => moving.effect.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(ending.map((moving) => moving.finished));
    return window.movementsBegun;
  });
}

async function overflowing(page) {
  return page.evaluate(() => {
    const faults = [];
    const told = (element) => {
      const words = element.textContent.trim().replace(/\s+/g, " ").slice(0, 40);
      return `<${element.tagName.toLowerCase()} class="${element.getAttribute("class") ?? ""}"> “${words}”`;
    };
    const root = document.scrollingElement;
    if (root.scrollWidth > root.clientWidth) faults.push(`the page is ${root.scrollWidth} px wide`);
    // Screens scroll inside their frame: what makes the document longer would carry the whole frame away.
    if (root.scrollHeight > root.clientHeight) faults.push(`the page is ${root.scrollHeight} px high behind its frame`);
    const shortened = (style) => style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none";
    // What scrolls sideways may be wider than the screen, and so may what is shortened with an ellipsis.
    const meant = (element) => {
      for (let e = element.parentElement; e; e = e.parentElement) {
        const style = getComputedStyle(e);
        if (shortened(style) || (["auto", "scroll"].includes(style.overflowX) && e.scrollWidth > e.clientWidth)) return true;
      }
      return false;
    };
    for (const element of document.body.querySelectorAll("*")) {
      const box = element.getBoundingClientRect();
      // Words for screen readers alone are one pixel wide.
      if (box.width <= 1 || box.height <= 1 || element.closest("[inert], [hidden], svg")) continue;
      const style = getComputedStyle(element);
      if (style.visibility === "hidden") continue;
      if ((box.right > innerWidth + 1 || box.left < -1) && !meant(element)) faults.push(`beyond the edge: ${told(element)}`);
      const isControl = element.matches("button, a, [role=button]") && style.display !== "inline";
      if (isControl && style.overflowX === "visible" && element.scrollWidth > element.clientWidth + 1) faults.push(`out of its box: ${told(element)}`);
      const hasText = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
      if (!hasText) continue;
      const hides = (overflow) => overflow === "hidden" || overflow === "clip";
      if (hides(style.overflowX) && element.scrollWidth > element.clientWidth + 1 && !shortened(style)) faults.push(`cut at the side: ${told(element)}`);
      if (hides(style.overflowY) && element.scrollHeight > element.clientHeight + 2 && !shortened(style)) faults.push(`cut below: ${told(element)}`);
    }
    return faults;
  });
}

async function inaccessible(page) {
  // Evaluated rather than added as a script: the app's own policy lets no foreign script in.
  await page.evaluate(AXE);
  const violations = await page.evaluate(async () => {
    const { violations } = await axe.run(document, { rules: { "target-size": { enabled: true } } });
    return violations;
  });
  return violations.flatMap((violation) =>
    violation.nodes.map((node) => `axe ${violation.id}: ${node.html.slice(0, 160)} (${node.failureSummary.split("\n").at(-1).trim()})`),
  );
}
