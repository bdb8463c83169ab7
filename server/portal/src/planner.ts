/** What the planner is at: a plan's record, ground laid on a layer, two plans beside each other; and its form in the address. */

export type Place = readonly [lon: number, lat: number];

/** A plan: the theme of its zones, and its key. */
export interface PlanName {
  readonly theme: string;
  readonly code: string;
}

/** What is laid on a layer. */
export type Laid =
  | { readonly kind: 'plan'; readonly plan: PlanName }
  | { readonly kind: 'commune'; readonly code: string }
  | { readonly kind: 'drawn'; readonly corners: readonly Place[] }
  | { readonly kind: 'file'; readonly name: string; readonly area: GeoJSON.FeatureCollection };

export const TOOLS = ['plans', 'lay', 'compare'] as const;
export type Tool = (typeof TOOLS)[number];

export interface Planner {
  readonly tool: Tool;
  /** The plan whose record is open, and the first of two that are compared. */
  readonly plan: PlanName | null;
  /** The second of two that are compared. */
  readonly other: PlanName | null;
  readonly of: Laid | null;
  /** The layer something is laid on: all of it, or one plan. */
  readonly on: { readonly theme: string; readonly code: string | null };
  /** How two plans are shown: parted by a line that is moved, or one through the other. */
  readonly look: 'swipe' | 'fade';
  /** Where the line is, or how much of the second is seen, percent. */
  readonly share: number;
}

export const START_PLANNER: Planner = {
  tool: 'plans',
  plan: null,
  other: null,
  of: null,
  on: { theme: 'land_parcels', code: null },
  look: 'swipe',
  share: 50,
};

/** Degrees that make a tenth of a millimetre: corners have no more, so that a link lays the same ground. */
export const DRAWN_DIGITS = 9;
/** An address with more corners is too long for mails and chats. */
export const MOST_IN_ADDRESS = 100;

const THEME = /^[a-z][a-z0-9_]{0,39}$/;
const LONGEST_CODE = 120;

function readPlan(text: string | null): PlanName | null {
  const [theme = '', ...rest] = (text ?? '').split(':');
  const code = rest.join(':');
  return THEME.test(theme) && code !== '' && code.length <= LONGEST_CODE ? { theme, code } : null;
}

const writePlan = ({ theme, code }: PlanName): string => `${theme}:${encodeURIComponent(code)}`;

function readCorners(text: string): readonly Place[] | null {
  const corners = text.split(';').map((corner): Place | null => {
    const match = /^(-?\d{1,2}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)$/.exec(corner);
    const [lat, lon] = [Number(match?.[1]), Number(match?.[2])];
    return match && Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? [lon, lat] : null;
  });
  const known = corners.filter((corner) => corner !== null);
  return known.length === corners.length && known.length >= 3 && known.length <= MOST_IN_ADDRESS ? known : null;
}

function readLaid(text: string | null): Laid | null {
  const match = /^(plan|commune|area):(.+)$/.exec(text ?? '');
  const said = match?.[2] ?? '';
  if (match?.[1] === 'commune') return /^\d{5}$/.test(said) ? { kind: 'commune', code: said } : null;
  if (match?.[1] === 'plan') {
    const plan = readPlan(said);
    return plan && { kind: 'plan', plan };
  }
  const corners = match?.[1] === 'area' ? readCorners(said) : null;
  return corners && { kind: 'drawn', corners };
}

function writeLaid(laid: Laid | null): string | null {
  if (laid?.kind === 'plan') return `plan:${writePlan(laid.plan)}`;
  if (laid?.kind === 'commune') return `commune:${laid.code}`;
  if (laid?.kind !== 'drawn' || laid.corners.length > MOST_IN_ADDRESS) return null;
  const corners = laid.corners.map(([lon, lat]) => `${lat.toFixed(DRAWN_DIGITS)},${lon.toFixed(DRAWN_DIGITS)}`);
  return `area:${corners.join(';')}`;
}

/** Whether a link brings back what is laid. */
export const isLinkable = (laid: Laid | null): boolean => laid === null || writeLaid(laid) !== null;

function readLook(params: URLSearchParams): Pick<Planner, 'look' | 'share'> {
  for (const look of ['swipe', 'fade'] as const) {
    const said = params.get(look);
    if (said !== null && /^\d{1,3}$/.test(said)) return { look, share: Math.min(100, Number(said)) };
  }
  return { look: START_PLANNER.look, share: START_PLANNER.share };
}

/** Reads the planner's part of an address; whatever is not understood is as if it were not there. */
export function readPlanner(params: URLSearchParams): Planner {
  const on = params.get('on') ?? '';
  const named = readPlan(on);
  return {
    tool: TOOLS.find((tool) => tool === params.get('tool')) ?? START_PLANNER.tool,
    plan: readPlan(params.get('plan')),
    other: readPlan(params.get('with')),
    of: readLaid(params.get('of')),
    on: named ?? (THEME.test(on) ? { theme: on, code: null } : START_PLANNER.on),
    ...readLook(params),
  };
}

/** The planner's part of an address, as names and values. */
export function writePlanner(planner: Planner): readonly (readonly [string, string])[] {
  const parts: [string, string][] = [];
  const { tool, plan, other, on, look, share } = planner;
  if (tool !== START_PLANNER.tool) parts.push(['tool', tool]);
  if (plan) parts.push(['plan', writePlan(plan)]);
  if (other) parts.push(['with', writePlan(other)]);
  const of = writeLaid(planner.of);
  if (of) parts.push(['of', of]);
  if (on.code !== null) parts.push(['on', writePlan({ theme: on.theme, code: on.code })]);
  else if (on.theme !== START_PLANNER.on.theme) parts.push(['on', on.theme]);
  if (look !== START_PLANNER.look || share !== START_PLANNER.share) parts.push([look, String(Math.round(share))]);
  return parts;
}

export const samePlan = (a: PlanName | null, b: PlanName | null): boolean => a?.theme === b?.theme && a?.code === b?.code;
