// What one journey has around it: a server with its own data, browsers with their own profiles; all of it gone afterwards.
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { DESK, Device, PHONE } from "./device.mjs";
import { startServer } from "./server.mjs";

/** Where the pictures go for a person to look at. */
export const PICTURES = resolve(process.env.ZOUFANG_JOURNEYS_DIR ?? "target/journeys");

/** Enough for every screen, little enough to be there in a moment. */
const CUSTOMERS = 2_000;

export class House {
  #folder;
  #name;
  #servers = [];
  devices = [];

  constructor(folder, name) {
    this.#folder = folder;
    this.#name = name;
  }

  /** @param {{customers?: number, pwa?: string}} options `pwa`: a folder instead of the files inside the program */
  async server({ customers = CUSTOMERS, pwa } = {}) {
    const data = join(this.#name, `server-${this.#servers.length}`);
    const server = await startServer(this.#folder, data, { customers, pwa });
    this.#servers.push(server);
    this.server = async () => server;
    return server;
  }

  async phone(name, options = {}) {
    return this.#device(name, { ...PHONE, ...options });
  }

  async desk(name, options = {}) {
    return this.#device(name, { ...DESK, ...options });
  }

  async #device(name, { prepare, ...options }) {
    const dir = join(this.#folder, this.#name, name);
    const server = await this.server();
    const device = new Device({ name, dir, server, options, prepare });
    this.devices.push(device);
    await device.start();
    return device;
  }

  /** A file of this journey. */
  async file(name) {
    const folder = join(this.#folder, this.#name, "files");
    await mkdir(folder, { recursive: true });
    return join(folder, name);
  }

  async picture(device, name) {
    await mkdir(PICTURES, { recursive: true });
    await device.page.screenshot({ path: join(PICTURES, `${name}.png`) });
  }

  /** What stood on the screens when it went wrong, as pictures and as lines. */
  async lastAccount() {
    const lines = [];
    for (const device of this.devices) {
      lines.push(`${device.name}:`, ...(await device.account()));
      await this.picture(device, `failed-${this.#name}-${device.name}`).catch(() => {
        // A browser that was killed shows nothing.
      });
    }
    return lines.map((line) => `\n    ${line}`).join("");
  }

  async close() {
    for (const device of this.devices) await device.close();
    for (const server of this.#servers) await server.kill();
  }
}
