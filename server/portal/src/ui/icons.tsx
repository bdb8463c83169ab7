/** The portal's own line icons, drawn on a 24-unit square. */
import type { JSX } from 'preact';

const PATHS = {
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM15.3 15.3 20 20',
  close: 'M6 6l12 12M18 6 6 18',
  layers: 'M12 4 3.5 8.5 12 13l8.5-4.5L12 4ZM4 12.5l8 4.3 8-4.3M4 16.3l8 4.2 8-4.2',
  plus: 'M12 5.5v13M5.5 12h13',
  minus: 'M5.5 12h13',
  home: 'M4.5 11 12 4.5 19.5 11M6.5 9.6V19h11V9.6M10 19v-5h4v5',
  link: 'M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.300l-1 1M14 10a4 4 0 0 0-5.700 0l-3 3A4 4 0 0 0 11 18.700l1-1',
  print: 'M7 9V4.500h10V9M7 16.500H4.500V9h15v7.500H17M7 14h10v5.500H7V14Z',
  target: 'M12 7.500a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9ZM12 3v4M12 17v4M3 12h4M17 12h4',
  copy: 'M9 9h10v10.500H9V9ZM15 9V4.500H5V15h4',
  chevron: 'M8 10l4 4 4-4',
  swap: 'M7.500 4v15M7.500 4 4.500 7M7.500 4l3 3M16.500 20V5M16.500 20l-3-3M16.500 20l3-3',
  back: 'M14 6l-6 6 6 6',
  moon: 'M19.500 14.500A8 8 0 1 1 10 4.500a6.500 6.500 0 0 0 9.500 10Z',
  warning: 'M12 4.500 3.500 19.500h17L12 4.500ZM12 10v4.500M12 16.800v.400',
  land: 'M4 5h16v14H4V5ZM4 12h9M13 5v14M13 9.500h7M8.500 12v7',
  planning: 'M4 19.500V10l5-3v12.500M9 19.500h11M13 19.500V4.500h7v15M16 8h1M16 11.500h1M16 15h1',
  crops: 'M12 20.500v-9M12 14.500C8 14.500 5.500 12 5.500 8c4 0 6.500 2.500 6.500 6.500ZM12 11.500C12 7 14.500 4.500 18.500 4.500c0 4.500-2.500 7-6.500 7Z',
  water: 'M3.500 8c2.800-2.600 5.700-2.600 8.500 0s5.700 2.600 8.500 0M3.500 13c2.800-2.600 5.700-2.600 8.500 0s5.700 2.600 8.500 0M3.500 18c2.800-2.600 5.700-2.600 8.500 0s5.700 2.600 8.500 0',
} as const;

export type IconName = keyof typeof PATHS;

export const Icon = ({ name }: { name: IconName }): JSX.Element => (
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d={PATHS[name]} />
  </svg>
);

/** The seal: parcels of a village, cut as on a register's page. */
export const Seal = (): JSX.Element => (
  <svg class="seal" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <rect width="32" height="32" rx="5" fill="#a3291f" />
    <path d="M6.500 6.500h19v19h-19zM6.500 14.500l10-2.500 9 3.500M16.500 6.500l-.500 5.600 1.700 13.400M6.500 20l10.700-1" fill="none" stroke="#fdf9ef" stroke-width="1.600" stroke-linejoin="round" />
    <path d="M18.300 13.300l6.400 2.500v8.900h-5.300z" fill="#fdf9ef" opacity=".9" />
  </svg>
);

/** A needle that points north: red end up at bearing 0. */
export const Needle = ({ bearing }: { bearing: number }): JSX.Element => (
  <svg class="icon needle" viewBox="0 0 24 24" aria-hidden="true" focusable="false" style={{ transform: `rotate(${-bearing}deg)` }}>
    <path d="M12 2.500 15.500 12h-7L12 2.500Z" fill="#a3291f" stroke="none" />
    <path d="M12 21.500 8.500 12h7L12 21.500Z" fill="currentColor" opacity=".35" stroke="none" />
  </svg>
);
