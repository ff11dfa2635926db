// China's public datum GCJ-02 back to WGS-84, by the formula that has been public since 2009; written anew here so that the app's own is not asked about itself.
const A = 6378245;
const EE = 0.00669342162296594323;
const { PI, sin, cos, sqrt, abs } = Math;

function waves(a, b) {
  return ((20 * sin(6 * a * PI) + 20 * sin(2 * a * PI)) * 2) / 3 + b;
}

function shift({ latitude, longitude }) {
  const x = longitude - 105;
  const y = latitude - 35;
  const north =
    -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) +
    waves(x, ((20 * sin(y * PI) + 40 * sin((y / 3) * PI)) * 2) / 3 + ((160 * sin((y / 12) * PI) + 320 * sin((y * PI) / 30)) * 2) / 3);
  const east =
    300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) +
    waves(x, ((20 * sin(x * PI) + 40 * sin((x / 3) * PI)) * 2) / 3 + ((150 * sin((x / 12) * PI) + 300 * sin((x / 30) * PI)) * 2) / 3);
  const phi = (latitude / 180) * PI;
  const magic = 1 - EE * sin(phi) ** 2;
  return {
    latitude: (north * 180) / (((A * (1 - EE)) / (magic * sqrt(magic))) * PI),
    longitude: (east * 180) / ((A / sqrt(magic)) * cos(phi) * PI),
  };
}

/** Within centimetres, after a few rounds of correction. */
export function toWgs84(gcj) {
  let wgs = gcj;
  for (let round = 0; round < 5; round += 1) {
    const by = shift(wgs);
    wgs = { latitude: gcj.latitude - by.latitude, longitude: gcj.longitude - by.longitude };
  }
  return wgs;
}
