// Data in PostgreSQL: the tests' own cluster as a process beside the servers, one database for each.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export class Databases {
  #program;
  #cluster;
  #made = new Map();

  /** @param {string} program answers a line with a name by the address of a database; ends with its input, hence with us */
  constructor(program) {
    this.#program = program;
  }

  async has(_, name) {
    return this.#made.has(name);
  }

  async make(_, name) {
    return this.#ask(name, "");
  }

  /** Nobody may be using the one that is copied. */
  async copy(_, from, name) {
    return this.#ask(name, ` ${called(from)}`);
  }

  async #ask(name, from) {
    if (this.#made.has(name)) throw new Error(`there is a database ${name}`);
    if (!this.#cluster) {
      const child = spawn(this.#program, { stdio: ["pipe", "pipe", "inherit"] });
      this.#cluster = { ask: child.stdin, answers: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
    }
    this.#cluster.ask.write(`${called(name)}${from}\n`);
    const { value, done } = await this.#cluster.answers.next();
    if (done) throw new Error("PostgreSQL did not start");
    this.#made.set(name, value);
    return ["--database-url", value];
  }
}

const called = (name) => `j_${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_").slice(-60)}`;
