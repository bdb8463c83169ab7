import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { OTHER_SIGN, WORK_SIGNS } from './style/values';
import { makeSprites } from './sprites';

const STYLES = join(import.meta.dirname, '../../../styles');
const SPRITES = join(STYLES, 'sprites');
const files = makeSprites(join(STYLES, 'icons'));

test.each(files)('$name is the committed file (npm run styles writes it anew)', ({ name, content }) => {
  const path = join(SPRITES, name);
  if (process.env['DIABA_WRITE_SPRITES'] || !existsSync(path)) {
    mkdirSync(SPRITES, { recursive: true });
    writeFileSync(path, content);
  }
  expect(content.equals(readFileSync(path))).toBe(true);
});

test('every sign the style names is in the sheet', () => {
  const index = JSON.parse(readFileSync(join(SPRITES, 'register.json'), 'utf8')) as Record<string, unknown>;
  for (const icon of [OTHER_SIGN, ...WORK_SIGNS.map((sign) => sign.icon)]) expect(index).toHaveProperty(icon);
});
