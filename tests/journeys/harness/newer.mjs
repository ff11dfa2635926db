// A newer version of the app: the same files under another build's id.
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

export const NEWER = "0000000000000001";

/** In the folder that the server serves the app from. */
export async function makeNewer(pwa) {
  const file = join(pwa, "sw.js");
  const text = await readFile(file, "utf8");
  await writeFile(file, text.replace(/const BUILD = "[^"]+"/, `const BUILD = "${NEWER}"`));
  await rm(`${file}.br`, { force: true });
  await writeFile(join(pwa, "build.txt"), NEWER);
}
