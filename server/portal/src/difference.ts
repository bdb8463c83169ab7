/** What two plans of one place differ in, from one laid on the other. */
import type { NamedCode } from './api';
import type { OverlayTable } from './plans';

/** A function in both plans, on the ground they share; m². */
export interface Change {
  readonly class: NamedCode | null;
  readonly before: number;
  readonly after: number;
  /** What the second plan has more of; less where it is negative. */
  readonly gain: number;
}

/** Ground that goes from one function to another; m². */
export interface Move {
  readonly from: NamedCode | null;
  readonly to: NamedCode | null;
  readonly area: number;
}

export interface Difference {
  /** Ground both plans have zones on. */
  readonly common: number;
  /** Ground whose function is another in the second plan. */
  readonly moved: number;
  /** By function, the largest change first. */
  readonly changes: readonly Change[];
  /** The largest first; what stays as it is is not among them. */
  readonly moves: readonly Move[];
}

/** Less than this is the rounding of the sums, m². */
const NOTHING = 0.005;

/** `table` is the first plan laid on the second. */
export function differenceOf(table: Pick<OverlayTable, 'by'>): Difference {
  const sums = new Map<string, { class: NamedCode | null; before: number; after: number }>();
  const at = (code: NamedCode | null): { before: number; after: number } => {
    const key = code?.code ?? '';
    const known = sums.get(key) ?? { class: code, before: 0, after: 0 };
    sums.set(key, known);
    return known;
  };
  const moves: Move[] = [];
  let common = 0;
  for (const { of_class: from, class: to, area } of table.by) {
    common += area;
    at(from).before += area;
    at(to).after += area;
    if (from?.code !== to?.code && area >= NOTHING) moves.push({ from, to, area });
  }
  const changes = [...sums.values()]
    .map((sum): Change => ({ ...sum, gain: Math.abs(sum.after - sum.before) < NOTHING ? 0 : sum.after - sum.before }))
    .sort((a, b) => Math.abs(b.gain) - Math.abs(a.gain) || b.before - a.before);
  moves.sort((a, b) => b.area - a.area);
  return { common, moved: moves.reduce((sum, { area }) => sum + area, 0), changes, moves };
}
