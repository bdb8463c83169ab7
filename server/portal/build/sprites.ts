/** The sprite sheet: the icons of `styles/icons`, side by side, at both pixel densities. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';

/** Side of an icon in CSS pixels; all are square. */
const SIDE = 24;

export interface SpriteFile {
  readonly name: string;
  readonly content: Buffer;
}

/** `register.json`, `register.png` and their `@2x` forms. */
export function makeSprites(icons: string): SpriteFile[] {
  const names = readdirSync(icons).filter((file) => file.endsWith('.svg')).sort();
  const drawings = names.map((file, i) =>
    readFileSync(join(icons, file), 'utf8').replace('<svg ', `<svg x="${i * SIDE}" y="0" `),
  );
  const width = names.length * SIDE;
  const sheet = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${SIDE}">${drawings.join('')}</svg>`;
  return [1, 2].flatMap((density): SpriteFile[] => {
    const suffix = density === 1 ? '' : '@2x';
    const side = SIDE * density;
    const index = Object.fromEntries(
      names.map((file, i) => [file.replace('.svg', ''), { x: i * side, y: 0, width: side, height: side, pixelRatio: density }]),
    );
    const picture = new Resvg(sheet, { fitTo: { mode: 'zoom', value: density } }).render().asPng();
    return [
      { name: `register${suffix}.json`, content: Buffer.from(`${JSON.stringify(index, null, 1)}\n`) },
      { name: `register${suffix}.png`, content: picture },
    ];
  });
}
