/** Values of features, written for people. */
import type { JSX } from 'preact';
import type { CodeList, Field, Theme } from '../api';
import { formatDate, formatNumber, formatQuantity, type Lang } from '../text/format';
import { isSpoken } from '../text/code';
import { pick } from '../text/translate';
import { useCommon } from './context';

/** Whether there is anything to say. */
export const isSaid = (value: unknown): boolean =>
  value !== null && value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0);

/** Themes' JSON fields come as JSON from the server and as text from tiles. */
function unpacked(value: unknown): unknown {
  if (typeof value !== 'string' || !/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** `LUC – Đất chuyên trồng lúa`, with its official colour. */
export function CodeValue({ code, list }: { code: string; list: CodeList | undefined }): JSX.Element {
  const { lang } = useCommon();
  const entries = list?.codes.filter((c) => c.code === code) ?? [];
  const known = entries.find((c) => c.current) ?? entries[0];
  if (!known) return <>{code}</>;
  return (
    <span class="code">
      {known.color && <i class="swatch" style={{ background: known.color }} />}
      <span>
        {isSpoken(code) && <b>{code} – </b>}
        {pick(known.title, lang)}
      </span>
    </span>
  );
}

function plainValue(value: unknown, field: Field | undefined, lang: Lang): string {
  if (typeof value === 'number') return field?.type === 'integer' && !field.unit ? String(value) : formatQuantity(value, field?.unit ?? null, lang);
  if (typeof value === 'string') return field?.type === 'date' ? formatDate(value) : value;
  return JSON.stringify(value);
}

interface ValueProps {
  readonly value: unknown;
  readonly field: Field | undefined;
  readonly theme: Theme;
  readonly lists: ReadonlyMap<string, CodeList>;
}

/** One value of a field: a code with its name, a quantity with its unit, a list as a list. */
export function Value({ value, field, theme, lists }: ValueProps): JSX.Element {
  const { lang, t } = useCommon();
  const item = field?.type === 'json' ? unpacked(value) : value;
  if (typeof item === 'boolean') return <>{t(item ? 'value.yes' : 'value.no')}</>;
  if (Array.isArray(item)) {
    return (
      <ul class="values">
        {item.map((part: unknown, i) => (
          <li key={i}>
            <Value value={part} field={field} theme={theme} lists={lists} />
          </li>
        ))}
      </ul>
    );
  }
  if (typeof item === 'object' && item !== null) {
    return (
      <span class="record">
        {Object.entries(item)
          .filter(([, part]) => isSaid(part))
          .map(([name, part]) => (
            <span key={name}>
              <Value value={part} field={theme.fields.find((f) => f.name === name)} theme={theme} lists={lists} />
            </span>
          ))}
      </span>
    );
  }
  if (field?.code_list && (typeof item === 'string' || typeof item === 'number')) {
    return <CodeValue code={String(item)} list={lists.get(field.code_list)} />;
  }
  return <>{plainValue(item, field, lang)}</>;
}

/** Code lists the fields of a theme draw on. */
export const listsOf = (themes: readonly Theme[]): string[] =>
  themes.flatMap((theme) => theme.fields.flatMap((field) => (field.code_list ? [field.code_list] : [])));

/** A count for people: `1.234`. */
export const count = (value: number, lang: Lang): string => formatNumber(value, lang, 0);
