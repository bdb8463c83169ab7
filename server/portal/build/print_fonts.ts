/** Be Vietnam Pro for the documents the server makes: each subset of the npm package as a TrueType file. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { inflateSync } from 'node:zlib';

const SUBSETS = ['latin', 'latin-ext', 'vietnamese'] as const;
const WEIGHTS = [400, 600] as const;

/** All files, by path below the fonts directory. */
export function printFonts(): Map<string, Uint8Array> {
  const dir = dirname(createRequire(import.meta.url).resolve('@fontsource/be-vietnam-pro/package.json'));
  const files = new Map<string, Uint8Array>();
  for (const subset of SUBSETS) {
    for (const weight of WEIGHTS) {
      const woff = readFileSync(join(dir, 'files', `be-vietnam-pro-${subset}-${weight}-normal.woff`));
      files.set(`print/be-vietnam-pro-${subset}-${weight}.ttf`, unwrap(woff));
    }
  }
  return files;
}

/** The font a WOFF 1.0 file wraps: its tables inflated, under a directory of their own. */
export function unwrap(woff: Uint8Array): Uint8Array {
  const from = new DataView(woff.buffer, woff.byteOffset, woff.byteLength);
  if (from.getUint32(0) !== 0x774f4646) throw new Error('not a WOFF file');
  const count = from.getUint16(12);
  const tables = Array.from({ length: count }, (_, i) => {
    const at = 44 + 20 * i;
    const [tag, offset, packed, length, sum] = [0, 4, 8, 12, 16].map((field) => from.getUint32(at + field)) as [
      number, number, number, number, number,
    ];
    const body = woff.subarray(offset, offset + packed);
    return { tag, sum, body: packed < length ? inflateSync(body) : body };
  });
  const padded = (length: number) => (length + 3) & ~3;
  const head = 12 + 16 * count;
  const font = new Uint8Array(tables.reduce((size, table) => size + padded(table.body.length), head));
  const to = new DataView(font.buffer);
  const step = 2 ** Math.floor(Math.log2(count));
  to.setUint32(0, from.getUint32(4));
  to.setUint16(4, count);
  to.setUint16(6, 16 * step);
  to.setUint16(8, Math.log2(step));
  to.setUint16(10, 16 * (count - step));
  let at = head;
  tables.forEach(({ tag, sum, body }, i) => {
    [tag, sum, at, body.length].forEach((value, field) => to.setUint32(12 + 16 * i + 4 * field, value));
    font.set(body, at);
    at += padded(body.length);
  });
  return font;
}
