/** The beginning of an error in one line: for the end of a run, where nobody scrolls up from. */
export function inShort(error) {
  const plain = error.replace(/\u001b\[\d+m/g, "");
  return plain.split("\n").map((line) => line.trim()).filter((line) => line).slice(0, 3).join(" · ");
}
