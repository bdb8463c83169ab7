/**
 * Puts the register's wall, or any view of its map, into a page:
 *
 *     import { wall, map } from 'https://bando.example.vn/embed.js';
 *     wall(document.querySelector('#wall'), { layers: 'land_parcels', count: 'land_parcels,crop_zones', alarm: 'pest_observations.nang:1' });
 *
 * A page of another origin than the register's must be let in there (`--frame-ancestor`). The options are those of the
 * address after `#`. Gives the frame; `show(frame, options)` changes what it shows.
 */
const base = new URL('.', import.meta.url);

const address = (options) => {
  const said = Object.entries(options).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return `${base.href}#${said.map(([name, value]) => `${name}=${encodeURI(String(value))}`).join('&')}`;
};

export function map(place, options = {}) {
  const frame = document.createElement('iframe');
  frame.src = address(options);
  frame.title = options.title ?? 'Địa bạ';
  frame.allow = 'geolocation';
  Object.assign(frame.style, { width: '100%', height: '100%', border: '0' });
  place.append(frame);
  return frame;
}

export const wall = (place, options = {}) => map(place, { ...options, wall: 1 });

export function show(frame, options) {
  frame.src = address(options);
}
