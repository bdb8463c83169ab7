/** The register's code lists, as the map styles need them: colours are typed there and nowhere else. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'smol-toml';
import type { Bilingual } from '../../src/text/translate';

export interface Code extends Bilingual {
  readonly code: string;
  readonly color?: string;
}

export interface CodeClass {
  readonly id: string;
  readonly title: Bilingual;
  readonly color: string;
}

export interface CodeList {
  readonly codes: readonly Code[];
  readonly classes: readonly CodeClass[];
}

const STYLES = join(import.meta.dirname, '../../../../styles');

export function codeList(id: string): CodeList {
  const list = parse(readFileSync(join(STYLES, 'code_lists', `${id}.toml`), 'utf8')) as unknown as Partial<CodeList>;
  return { codes: list.codes ?? [], classes: list.classes ?? [] };
}

/** A grade a reading may reach, and the field with the number from which on it does. */
export interface Grade {
  readonly code: string;
  readonly from: string;
}

/** What a theme says of its readings. */
export function readings(theme: string): { readonly code_list: string; readonly grades: readonly Grade[] } {
  const file = parse(readFileSync(join(STYLES, 'themes', `${theme}.toml`), 'utf8')) as { readings?: { code_list: string; grades: Grade[] } };
  if (!file.readings) throw new Error(`${theme} has no readings`);
  return file.readings;
}

/** `#RRGGBB` of a colour as code lists write it. */
export const hex = (color: string): string => `#${color.replace(/^#/, '').toUpperCase()}`;

/** A `match` on a property giving each code its colour; codes of one colour share a branch. */
export function colorMatch(property: string, colors: Iterable<readonly [code: string, color: string]>, otherwise: string): unknown {
  const byColor = new Map<string, string[]>();
  for (const [code, color] of colors) {
    const codes = byColor.get(hex(color)) ?? [];
    if (![...byColor.values()].flat().includes(code)) codes.push(code);
    byColor.set(hex(color), codes);
  }
  const branches = [...byColor].filter(([, codes]) => codes.length > 0).flatMap(([color, codes]) => [codes, color]);
  return branches.length > 0 ? ['match', ['get', property], ...branches, otherwise] : otherwise;
}

/** Colours of a list's codes; where a code was met twice the first entry counts. */
export const codeColors = (list: CodeList): [string, string][] =>
  list.codes.flatMap(({ code, color }): [string, string][] => (color ? [[code, color]] : []));

export const classColors = (list: CodeList): [string, string][] => list.classes.map(({ id, color }) => [id, color]);
