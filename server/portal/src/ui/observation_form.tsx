import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ApiError, type CodeList } from '../api';
import { pick } from '../text/translate';
import { enter } from '../zones';
import { useCommon } from './context';

interface Props {
  readonly zone: Readonly<Record<string, unknown>>;
  readonly statuses: CodeList | undefined;
  readonly middle: () => readonly [number, number] | null;
}

/** Where the key of the office is kept while the window is open, and no longer. */
const KEY = 'diaba.key';

const today = (): string => {
  const now = new Date();
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
};

/** A pest observation, entered at the map's middle: the crosshair of somebody standing in the field. */
export function ObservationForm({ zone, statuses, middle }: Props): JSX.Element {
  const { t, lang } = useCommon();
  const [said, setSaid] = useState<{ good: boolean; text: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const value = (name: string): string => String(new FormData(form).get(name) ?? '').trim();
    const place = middle();
    if (!place) return;
    const share = value('ty_le_hai').replace(',', '.');
    const properties = {
      ma_vung: zone['ma_vung'] ?? null,
      cay: zone['cay'] ?? null,
      ma_xa: zone['ma_xa'] ?? null,
      ngay_dieu_tra: value('ngay_dieu_tra'),
      dich_hai: value('dich_hai'),
      muc_do: value('muc_do') || null,
      ty_le_hai: share === '' ? null : Number(share),
    };
    setBusy(true);
    try {
      await enter(place, properties, value('key'));
      sessionStorage.setItem(KEY, value('key'));
      setSaid({ good: true, text: t('observe.done') });
      (form.elements.namedItem('dich_hai') as HTMLInputElement).value = '';
    } catch (error) {
      const reason = error instanceof ApiError ? error.reason : null;
      setSaid({ good: false, text: reason ? t('error.server', { reason: pick(reason, lang) }) : t('offline') });
    }
    setBusy(false);
  };
  return (
    <form class="observe" onSubmit={(event) => void submit(event)} aria-busy={busy}>
      <h3>{t('observe.title')}</h3>
      <label>
        <span>{t('observe.pest')}</span>
        <input name="dich_hai" required maxLength={120} />
      </label>
      <label>
        <span>{t('observe.degree')}</span>
        <select name="muc_do">
          {statuses?.codes.map((code) => (
            <option key={code.code} value={code.code}>
              {pick(code.title, lang)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{t('observe.share')}</span>
        <input name="ty_le_hai" inputMode="decimal" pattern="\d{1,3}([.,]\d+)?" />
      </label>
      <label>
        <span>{t('observe.date')}</span>
        <input name="ngay_dieu_tra" type="date" required defaultValue={today()} />
      </label>
      <label>
        <span>{t('observe.key')}</span>
        <input name="key" type="password" required autoComplete="off" defaultValue={sessionStorage.getItem(KEY) ?? ''} />
      </label>
      <p class="legend-note">{t('observe.place')}</p>
      <button type="submit" class="plain" disabled={busy}>
        {t('observe.send')}
      </button>
      <p role="status" class={said?.good === false ? 'failure' : ''}>
        {said?.text}
      </p>
    </form>
  );
}
