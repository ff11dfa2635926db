// A server and browsers in which people are signed in already, made once and copied for each case: signing in takes longer than a case.
// The server's data and the profiles belong together, and so does the address, which is the profiles' origin.
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DESK, Device, PHONE } from "../journeys/harness/device.mjs";
import { LIJING, ZHOUPING, signIn, wholeBook } from "../journeys/harness/people.mjs";
import { Server } from "../journeys/harness/server.mjs";
import { agreeToBeingLocated, planned } from "../journeys/harness/visits.mjs";

/** All of them are the first manager's; enough to search in, there in a moment. */
const CUSTOMERS = 200;
/** Customers that a field day goes to. */
const PLACES = 3;

export class Prepared {
  #folder;
  #port;

  static async make() {
    const prepared = new Prepared();
    prepared.#folder = await mkdtemp(join(tmpdir(), "zoufang-campaign-"));
    const server = new Server({ store: ["--data", prepared.#at("server")], customers: CUSTOMERS });
    await server.start();
    prepared.#port = server.port;
    const house = { server: async () => server };

    const phone = new Device({ name: "phone", dir: prepared.#at("phone"), server, options: PHONE });
    await phone.start();
    await signIn(house, phone, LIJING);
    await wholeBook(phone);
    await agreeToBeingLocated(phone);
    prepared.places = [];
    for (let nth = 0; nth < PLACES; nth += 1) prepared.places.push(await planned(phone, nth));
    await phone.open("/me/sync");
    await phone.see("一切已确认");
    await phone.close();

    const desk = new Device({ name: "desk", dir: prepared.#at("desk"), server, options: DESK });
    await desk.start();
    await signIn(house, desk, ZHOUPING);
    await wholeBook(desk);
    await desk.close();
    await server.stop();
    return prepared;
  }

  #at(...names) {
    return join(this.#folder, ...names);
  }

  /** A case of its own: nothing of another is in it. */
  async house(name) {
    const at = (what) => this.#at(name, what);
    await cp(this.#at("server"), at("server"), { recursive: true });
    const server = new Server({ store: ["--data", at("server")], customers: CUSTOMERS });
    server.port = this.#port;
    await server.start();
    const device = async (what, options) => {
      await cp(this.#at(what), at(what), { recursive: true });
      return new Device({ name: what, dir: at(what), server, options });
    };
    const phone = await device("phone", PHONE);
    const desk = await device("desk", DESK);
    const close = async () => {
      for (const each of [phone, desk]) await each.close();
      await server.kill();
      await rm(this.#at(name), { recursive: true, force: true });
    };
    return { server, phone, desk, close, profile: at("phone") };
  }

  async remove() {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
