import type { ComponentChildren, JSX } from 'preact';
import { useCommon } from './context';
import { Icon } from './icons';

interface Props {
  readonly onLink: () => void;
  readonly onPrint: () => void;
  /** What stands above the buttons. */
  readonly children?: ComponentChildren;
}

/** The end of a panel: take what it shows along, as a link or on paper. */
export function PanelFooter({ onLink, onPrint, children }: Props): JSX.Element {
  const { t } = useCommon();
  return (
    <footer>
      {children}
      <div>
        <button type="button" class="text" onClick={onLink}>
          <Icon name="link" />
          {t('sheet.link')}
        </button>
        <button type="button" class="text" onClick={onPrint}>
          <Icon name="print" />
          {t('sheet.print')}
        </button>
      </div>
    </footer>
  );
}
