import { PbfReader } from 'pbf';
import { expect, test } from 'vitest';
import { MARGIN } from './distance_field';
import { STACKS, makeFonts, makeGlyphs } from './glyphs';

const MARKED = 'ăâđêôơưĂÂĐÊÔƠƯàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵÀẢÃÁẠẰẲẴẮẶẦẨẪẤẬÈẺẼÉẸỀỂỄẾỆÌỈĨÍỊÒỎÕÓỌỒỔỖỐỘỜỞỠỚỢÙỦŨÚỤỪỬỮỨỰỲỶỸÝỴ²–—’“”0123456789';

// Half a second on a quiet machine; the tests share it.
const fonts = makeFonts();

test.each(Object.values(STACKS))('%s has every Vietnamese letter, in ink', (file) => {
  const glyphs = makeGlyphs(file);
  for (const letter of MARKED) {
    const glyph = glyphs.get(letter.codePointAt(0) ?? 0);
    expect(glyph, letter).toBeDefined();
    if (!glyph) continue;
    expect(glyph.bitmap.length, letter).toBe((glyph.width + 2 * MARGIN) * (glyph.height + 2 * MARGIN));
    expect(Math.max(...glyph.bitmap), letter).toBeGreaterThan(191);
    expect(glyph.advance, letter).toBeGreaterThan(2);
  }
});

test('a range says its font and its letters', () => {
  for (const stack of Object.keys(STACKS)) {
    for (const range of ['0-255', '256-511', '7680-7935', '8192-8447']) expect(fonts.has(`${stack}/${range}.pbf`)).toBe(true);
  }
  const seen: string[] = [];
  const bytes = fonts.get('Be Vietnam Pro Regular/7680-7935.pbf') ?? new Uint8Array();
  new PbfReader(bytes).readFields(
    (tag, _, pbf) => {
      if (tag !== 1) return;
      const end = pbf.readVarint() + pbf.pos;
      pbf.readFields(
        (field, __, stack) => {
          if (field === 1 || field === 2) seen.push(stack.readString());
        },
        null,
        end,
      );
    },
    null,
  );
  expect(seen).toEqual(['Be Vietnam Pro Regular', '7680-7935']);
});
