// From measured values to lines of `report.json`.

/** The middle value; of an even number the mean of the two in the middle. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** From the smallest to the largest, as a share of the median. */
function spread(values) {
  return values.length > 1 ? (Math.max(...values) - Math.min(...values)) / median(values) : null;
}

/**
 * One line. `ours` and `reference` are measured values. The gate is either the largest ratio to the reference
 * (`ratioMost`) or the largest figure of ours (`most`); with neither, the line is a figure without a verdict.
 */
export function line({ id, name, work, ours, reference, referenceName, unit, ratioMost, most }) {
  const figure = median(ours);
  const peer = reference ? median(reference) : null;
  const ratio = reference ? figure / peer : null;
  const gate = ratioMost !== undefined ? `≤ ${ratioMost} ×` : most !== undefined ? `≤ ${most} ${unit}` : null;
  const holds = ratioMost !== undefined ? ratio <= ratioMost : most !== undefined ? figure <= most : null;
  return {
    id, name, work, ours: figure, reference: peer, reference_name: referenceName ?? null, ratio, unit,
    n: ours.length, spread: spread(ours), gate, holds,
  };
}

/** The b of `time = a · size^b`, fitted over all points: 0 is constant, 1 is linear. */
export function exponent(points) {
  const logs = points.map(([size, time]) => [Math.log(size), Math.log(time)]);
  const mean = (at) => logs.reduce((sum, one) => sum + one[at], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  const over = logs.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0);
  return over / logs.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
}
