/** How codes are written beside their names. */
import type { Code } from '../api';
import type { Lang } from './format';
import { pick } from './translate';

/** Codes people know by heart (`LUC`, `07210`, `IV`); the others (`vai_thieu`) are the register's own spelling. */
export const isSpoken = (code: string): boolean => !/[a-z_]/.test(code);

/** `LUC – Đất chuyên trồng lúa`, or the name alone where nobody speaks the code. */
export const codeTitle = (code: Code, lang: Lang): string =>
  isSpoken(code.code) ? `${code.code} – ${pick(code.title, lang)}` : pick(code.title, lang);
