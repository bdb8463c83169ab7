import opentype from 'opentype.js';
import { expect, test } from 'vitest';
import { printFonts } from './print_fonts.ts';

test('together the files have every letter of Vietnamese', () => {
  const files = printFonts();
  for (const weight of [400, 600]) {
    const fonts = [...files]
      .filter(([path]) => path.endsWith(`-${weight}.ttf`))
      .map(([, bytes]) => opentype.parse(bytes.slice().buffer));
    expect(fonts).toHaveLength(3);
    const letters = `aăâbcdđeêghiklmnoôơpqrstuưvxy0123456789.,()²°'·–`;
    const marks = ['', '\u0300', '\u0301', '\u0303', '\u0309', '\u0323'];
    for (const letter of letters) {
      const vowel = 'aăâeêioôơuưy'.includes(letter);
      for (const mark of vowel ? marks : ['']) {
        for (const written of [letter + mark, (letter + mark).toUpperCase()]) {
          const one = written.normalize('NFC');
          const found = fonts.some((font) => font.charToGlyphIndex(one) > 0);
          expect(found, one).toBe(true);
        }
      }
    }
  }
});
