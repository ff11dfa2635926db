// From measured values to lines of `report.json`.

/** The middle value; of an even number the mean of the two in the middle. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** From the smallest to the largest, as a share of the median. */
function spread(values) {
  return values.length > 1 && median(values) !== 0 ? (Math.max(...values) - Math.min(...values)) / median(values) : null;
}

/**
 * One line. `ours` and `reference` are measured values. The gate is one of: the largest or the smallest ratio to the
 * reference (`ratioMost`, `ratioLeast`), the largest or the smallest figure of ours (`most`, `least`); without any, the
 * line is a figure without a verdict.
 */
export function line({ id, name, work, ours, reference, referenceName, unit, ratioMost, ratioLeast, most, least }) {
  const figure = median(ours);
  const peer = reference ? median(reference) : null;
  const ratio = reference ? figure / peer : null;
  const gates = [
    [ratioMost, `≤ ${ratioMost} ×`, ratio <= ratioMost],
    [ratioLeast, `≥ ${ratioLeast} ×`, ratio >= ratioLeast],
    [most, `≤ ${most} ${unit}`.trim(), figure <= most],
    [least, `≥ ${least} ${unit}`, figure >= least],
  ];
  const [, gate, holds] = gates.find(([limit]) => limit !== undefined) ?? [undefined, null, null];
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
