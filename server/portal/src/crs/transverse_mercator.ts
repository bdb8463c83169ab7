/**
 * The transverse Mercator projection on the ellipsoid that VN-2000 and WGS 84 share, by Krüger's series to the
 * sixth order in the third flattening: better than a micrometre within the province.
 */

export const SEMI_MAJOR = 6_378_137;
export const FLATTENING = 1 / 298.257223563;

const N = FLATTENING / (2 - FLATTENING);
const ECCENTRICITY = Math.sqrt(FLATTENING * (2 - FLATTENING));
/** Radius of the rectifying sphere, in metres. */
const RECTIFYING = (SEMI_MAJOR / (1 + N)) * (1 + N ** 2 / 4 + N ** 4 / 64 + N ** 6 / 256);

/** Sum of `coefficients[i] * n^(i + power)`: one term of Krüger's series. */
const term = (power: number, ...coefficients: number[]): number =>
  coefficients.reduce((sum, c, i) => sum + c * N ** (power + i), 0);

const ALPHA = [
  term(1, 1 / 2, -2 / 3, 5 / 16, 41 / 180, -127 / 288, 7891 / 37800),
  term(2, 13 / 48, -3 / 5, 557 / 1440, 281 / 630, -1983433 / 1935360),
  term(3, 61 / 240, -103 / 140, 15061 / 26880, 167603 / 181440),
  term(4, 49561 / 161280, -179 / 168, 6601661 / 7257600),
  term(5, 34729 / 80640, -3418889 / 1995840),
  term(6, 212378941 / 319334400),
];
const BETA = [
  term(1, 1 / 2, -2 / 3, 37 / 96, -1 / 360, -81 / 512, 96199 / 604800),
  term(2, 1 / 48, 1 / 15, -437 / 1440, 46 / 105, -1118711 / 3870720),
  term(3, 17 / 480, -37 / 840, -209 / 4480, 5569 / 90720),
  term(4, 4397 / 161280, -11 / 504, -830251 / 7257600),
  term(5, 4583 / 161280, -108847 / 3991680),
  term(6, 20648693 / 638668800),
];

/** A transverse Mercator grid: central meridian in degrees, scale on it, false easting in metres; false northing 0. */
export interface Grid {
  readonly meridian: number;
  readonly scale: number;
  readonly falseEasting: number;
}

/** Tangent of the conformal latitude from that of the geodetic one. */
function conformal(tau: number): number {
  const sigma = Math.sinh(ECCENTRICITY * Math.atanh((ECCENTRICITY * tau) / Math.hypot(1, tau)));
  return tau * Math.hypot(1, sigma) - sigma * Math.hypot(1, tau);
}

/** Easting and northing in metres of a place given in radians on the grid's own datum. */
export function project(grid: Grid, lon: number, lat: number): [easting: number, northing: number] {
  const lambda = lon - (grid.meridian * Math.PI) / 180;
  const tau = conformal(Math.tan(lat));
  const xi = Math.atan2(tau, Math.cos(lambda));
  const eta = Math.asinh(Math.sin(lambda) / Math.hypot(tau, Math.cos(lambda)));
  let [x, y] = [eta, xi];
  ALPHA.forEach((a, i) => {
    const k = 2 * (i + 1);
    y += a * Math.sin(k * xi) * Math.cosh(k * eta);
    x += a * Math.cos(k * xi) * Math.sinh(k * eta);
  });
  const radius = grid.scale * RECTIFYING;
  return [grid.falseEasting + radius * x, radius * y];
}

/** Longitude and latitude in radians on the grid's own datum of a place given in metres. */
export function unproject(grid: Grid, easting: number, northing: number): [lon: number, lat: number] {
  const radius = grid.scale * RECTIFYING;
  const [eta0, xi0] = [(easting - grid.falseEasting) / radius, northing / radius];
  let [eta, xi] = [eta0, xi0];
  BETA.forEach((b, i) => {
    const k = 2 * (i + 1);
    xi -= b * Math.sin(k * xi0) * Math.cosh(k * eta0);
    eta -= b * Math.cos(k * xi0) * Math.sinh(k * eta0);
  });
  const target = Math.sin(xi) / Math.hypot(Math.sinh(eta), Math.cos(xi));
  const lambda = Math.atan2(Math.sinh(eta), Math.cos(xi));
  // Newton's steps back to the geodetic latitude; three reach the last bit.
  let tau = target;
  for (let i = 0; i < 5; i++) {
    const current = conformal(tau);
    const slope = (1 - ECCENTRICITY ** 2) / (1 + (1 - ECCENTRICITY ** 2) * tau ** 2);
    tau += ((target - current) / Math.hypot(1, current)) * ((Math.hypot(1, tau) ** -1) / slope);
  }
  return [lambda + (grid.meridian * Math.PI) / 180, Math.atan(tau)];
}
