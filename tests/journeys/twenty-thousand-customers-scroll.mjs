// A list of 20,000 and more customers: only the rows in sight are in the document, and it scrolls without a stutter.
import assert from "node:assert/strict";
import { rows, search } from "./harness/customers.mjs";
import { HELIN, LIJING, signIn, wholeBook } from "./harness/people.mjs";

/** A quarter of all, and 5,000 at least, are in one manager's book: this many make hers longer than 20,000. */
const CUSTOMERS = 82_000;

export default async function (house) {
  await house.server({ customers: CUSTOMERS });
}
