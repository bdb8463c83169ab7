import type { JSX } from 'preact';
import { useCommon } from './context';
import { Icon, Needle } from './icons';

interface Props {
  readonly bearing: number;
  readonly onZoom: (steps: number) => void;
  readonly onHome: () => void;
  readonly onNorth: () => void;
}

/** Buttons beside the map. */
export function Controls({ bearing, onZoom, onHome, onNorth }: Props): JSX.Element {
  const { t } = useCommon();
  const button = (label: string, content: JSX.Element, action: () => void): JSX.Element => (
    <button type="button" aria-label={label} title={label} onClick={action}>
      {content}
    </button>
  );
  return (
    <div class="controls">
      {button(t('map.zoom.in'), <Icon name="plus" />, () => onZoom(1))}
      {button(t('map.zoom.out'), <Icon name="minus" />, () => onZoom(-1))}
      {button(t('map.home'), <Icon name="home" />, onHome)}
      {button(t('map.north'), <Needle bearing={bearing} />, onNorth)}
    </div>
  );
}
