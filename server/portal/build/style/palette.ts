/** Colours of the ground and of our own signs, in daylight and for a wall in a dark room. */

export interface Palette {
  readonly paper: string;
  readonly water: string;
  readonly waterLine: string;
  readonly waterText: string;
  readonly road: string;
  readonly roadCasing: string;
  readonly mainRoad: string;
  readonly mainRoadCasing: string;
  readonly rail: string;
  readonly boundary: string;
  readonly text: string;
  readonly textSoft: string;
  readonly halo: string;
  /** Outlines between parcels and between zones. */
  readonly hairline: string;
  /** Opacity official colours lie on the ground with. */
  readonly wash: number;
  /** The same for planned zones, whose colours are those of a drawing board and loud. */
  readonly zoneWash: number;
  readonly noColor: string;
  readonly plan: string;
  readonly dikeMinor: string;
  readonly works: string;
  /** A station whose level has reached no alarm. */
  readonly station: string;
}

export const LIGHT: Palette = {
  paper: '#fbf9f4',
  water: '#cfe4ee',
  waterLine: '#8fbdd2',
  waterText: '#2b6480',
  road: '#ffffff',
  roadCasing: '#cfc8b9',
  mainRoad: '#fdf1d6',
  mainRoadCasing: '#c9b287',
  rail: '#8a8478',
  boundary: '#8e7492',
  text: '#2c2a26',
  textSoft: '#5a5063',
  halo: '#fdfcf8',
  hairline: '#6f6a5c',
  wash: 0.64,
  zoneWash: 0.55,
  noColor: '#d9d9d9',
  plan: '#b3261e',
  dikeMinor: '#a86a35',
  works: '#1f5f8a',
  station: '#2f7d6b',
};

export const DARK: Palette = {
  paper: '#12181b',
  water: '#1d3644',
  waterLine: '#35637a',
  waterText: '#8fc3da',
  road: '#39444a',
  roadCasing: '#232c31',
  mainRoad: '#57503c',
  mainRoadCasing: '#2a271f',
  rail: '#6d757a',
  boundary: '#a98fb0',
  text: '#e9e7e0',
  textSoft: '#c4b5ca',
  halo: '#12181b',
  hairline: '#0c1113',
  wash: 0.55,
  zoneWash: 0.5,
  noColor: '#5c6469',
  plan: '#ff8a80',
  dikeMinor: '#b98a62',
  works: '#8ccbf0',
  station: '#5bbfa6',
};
