import { expect, test } from 'vitest';
import { codeTitle } from './code';

const code = (code: string): Parameters<typeof codeTitle>[0] => ({ code, title: { vi: 'Tên', en: 'Name' }, color: null, current: true });

test('codes people know stand beside their names, the others do not', () => {
  expect(codeTitle(code('LUC'), 'vi')).toBe('LUC – Tên');
  expect(codeTitle(code('07210'), 'en')).toBe('07210 – Name');
  expect(codeTitle(code('vai_thieu'), 'vi')).toBe('Tên');
  expect(codeTitle(code('DAT_O_Nhomnhao'), 'vi')).toBe('Tên');
});
