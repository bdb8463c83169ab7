import { describe, expect, test } from 'vitest';
import { formatArea, formatDate, formatInstant, formatNumber, formatQuantity, formatVn2000 } from './format';

describe('Vietnamese forms', () => {
  test('a number has dots for thousands and a comma for decimals', () => {
    expect(formatNumber(1234.5, 'vi')).toBe('1.234,5');
    expect(formatNumber(1234.5, 'en')).toBe('1,234.5');
  });

  test('areas are in m² up to one hectare and in ha above', () => {
    expect(formatArea(1234.5, 'vi')).toBe('1.234,5 m²');
    expect(formatArea(10_000, 'vi')).toBe('10.000 m²');
    expect(formatArea(12_345, 'vi')).toBe('1,23 ha');
    expect(formatArea(24_140 * 10_000, 'vi')).toBe('24.140 ha');
  });

  test('dates are dd/mm/yyyy, and what is no date stays', () => {
    expect(formatDate('2025-07-01')).toBe('01/07/2025');
    expect(formatDate('2025-07-01T08:00:00Z')).toBe('01/07/2025');
    expect(formatDate('2025')).toBe('2025');
  });

  test('quantities carry their unit', () => {
    expect(formatQuantity(3.5, 'm', 'vi')).toBe('3,5 m');
    expect(formatQuantity(16, 'ha', 'vi')).toBe('16 ha');
    expect(formatQuantity(0.5, 'ha', 'en')).toBe('5,000 m²');
    expect(formatQuantity(60, null, 'vi')).toBe('60');
  });

  test('VN-2000 coordinates are to the centimetre', () => {
    expect(formatVn2000({ x: 2353402.4531, y: 416226.7716 }, 'vi')).toEqual({ x: '2.353.402,45', y: '416.226,77' });
  });
});

test('an instant is the hour and day in Vietnam', () => {
  expect(formatInstant('2025-10-06T00:00:00Z')).toBe('07:00 06/10/2025');
  expect(formatInstant('2025-10-05T18:30:00Z')).toBe('01:30 06/10/2025');
  expect(formatInstant('2025-10-06')).toBe('2025-10-06');
  expect(formatInstant('?T?')).toBe('?T?');
});
