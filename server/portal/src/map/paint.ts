/** Small rewritings of MapLibre paint values. */

/** `over` while the pointer is on the feature, `rest` otherwise. */
export const hovering = (over: number, rest: number): unknown => [
  'case',
  ['boolean', ['feature-state', 'hover'], false],
  over,
  rest,
];

/**
 * Applies `change` to a number, or to every number a zoom curve (`interpolate` or `step`) gives out.
 * Other expressions stay as they are.
 */
export function mapOutputs(value: unknown, change: (value: number) => unknown): unknown {
  if (typeof value === 'number') return change(value);
  if (!Array.isArray(value)) return value;
  const first = value[0] === 'interpolate' ? 4 : value[0] === 'step' ? 2 : Infinity;
  return value.map((part: unknown, i) => (i >= first && (i - first) % 2 === 0 && typeof part === 'number' ? change(part) : part));
}
