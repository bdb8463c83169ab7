/**
 * Map glyphs: Be Vietnam Pro's outlines made into the signed-distance-field PBFs that MapLibre draws labels from.
 *
 * The npm package ships each weight as three subset files (latin, latin-ext, vietnamese); a letter is taken
 * from the first that has it. Only ranges with at least one letter are made.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import opentype, { type Font } from 'opentype.js';
import { PbfWriter } from 'pbf';
import { distanceField, type Field } from './distance_field.ts';

const SUBSETS = ['latin', 'latin-ext', 'vietnamese'] as const;

/** Font stacks the map styles name, and the file of each. */
export const STACKS: Readonly<Record<string, string>> = {
  'Be Vietnam Pro Regular': '400-normal',
  'Be Vietnam Pro Italic': '400-italic',
  'Be Vietnam Pro SemiBold': '600-normal',
};

/** Pixels of an em in the field; MapLibre scales from here. */
const EM = 24;
/**
 * Height in pixels from the top of a line to its baseline. MapLibre centres a line 17 pixels below its top;
 * 25 leaves lower-case letters, which Vietnamese names mostly are, in the middle.
 */
const BASELINE = 25;

export interface Glyph extends Field {
  readonly id: number;
  readonly advance: number;
}

function loadFonts(file: string): Font[] {
  const dir = dirname(createRequire(import.meta.url).resolve('@fontsource/be-vietnam-pro/package.json'));
  return SUBSETS.map((subset) => {
    const bytes = readFileSync(join(dir, 'files', `be-vietnam-pro-${subset}-${file}.woff`));
    return opentype.parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  });
}

/** Every letter of the three subsets, by code point. */
export function makeGlyphs(file: string): Map<number, Glyph> {
  const glyphs = new Map<number, Glyph>();
  for (const font of loadFonts(file)) {
    for (let i = 0; i < font.glyphs.length; i++) {
      const outline = font.glyphs.get(i);
      for (const id of outline.unicodes ?? []) {
        if (glyphs.has(id) || id > 0xffff) continue;
        const field = distanceField(outline.getPath(0, 0, EM).commands);
        const advance = Math.round(((outline.advanceWidth ?? 0) * EM) / font.unitsPerEm);
        glyphs.set(id, { ...field, id, advance });
      }
    }
  }
  return glyphs;
}

function writeGlyph(glyph: Glyph, pbf: PbfWriter): void {
  pbf.writeVarintField(1, glyph.id);
  if (glyph.bitmap.length > 0) pbf.writeBytesField(2, glyph.bitmap);
  pbf.writeVarintField(3, glyph.width);
  pbf.writeVarintField(4, glyph.height);
  pbf.writeSVarintField(5, glyph.left);
  pbf.writeSVarintField(6, glyph.top - BASELINE);
  pbf.writeVarintField(7, glyph.advance);
}

/** One range file: `glyphs { stacks { name, range, glyphs } }`. */
export function encodeRange(stack: string, start: number, glyphs: readonly Glyph[]): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeMessage(
    1,
    (_, p) => {
      p.writeStringField(1, stack);
      p.writeStringField(2, `${start}-${start + 255}`);
      for (const glyph of glyphs) p.writeMessage(3, writeGlyph, glyph);
    },
    null,
  );
  return pbf.finish();
}

/** All range files, by path below the fonts directory: `Be Vietnam Pro Regular/0-255.pbf`. */
export function makeFonts(): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const [stack, file] of Object.entries(STACKS)) {
    const ranges = new Map<number, Glyph[]>();
    for (const glyph of makeGlyphs(file).values()) {
      const start = glyph.id - (glyph.id % 256);
      ranges.set(start, [...(ranges.get(start) ?? []), glyph]);
    }
    for (const [start, glyphs] of ranges) {
      glyphs.sort((a, b) => a.id - b.id);
      files.set(`${stack}/${start}-${start + 255}.pbf`, encodeRange(stack, start, glyphs));
    }
  }
  return files;
}
