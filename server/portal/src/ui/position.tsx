import type { JSX } from 'preact';
import { toVn2000 } from '../crs/vn2000';
import type { Place } from '../map/map';
import { formatLonLat, formatVn2000 } from '../text/format';
import { useCommon } from './context';

interface Props {
  readonly place: Place | null;
  readonly onCopy: (text: string) => void;
}

/** Where the pointer is, in the province's grid (X, the northing, first) and in WGS 84; a click copies. */
export function Position({ place, onCopy }: Props): JSX.Element | null {
  const { t, lang } = useCommon();
  if (!place) return null;
  const plane = toVn2000(...place);
  const { x, y } = formatVn2000(plane, lang);
  const degrees = formatLonLat(...place);
  return (
    <div class="position" role="group" aria-label={t('position.label')}>
      <button type="button" title={t('position.copy', { system: 'VN-2000' })} onClick={() => onCopy(`${plane.x.toFixed(2)} ${plane.y.toFixed(2)}`)}>
        <abbr title="VN-2000 / TM-3 107°00′ (EPSG:9214)">VN-2000</abbr>
        <span>
          X&nbsp;<b>{x}</b>
        </span>
        <span>
          Y&nbsp;<b>{y}</b>
        </span>
      </button>
      <button type="button" class="degrees" title={t('position.copy', { system: 'WGS 84' })} onClick={() => onCopy(degrees)}>
        <abbr title="WGS 84 (EPSG:4326)">WGS 84</abbr>
        <span>{degrees}</span>
      </button>
    </div>
  );
}
