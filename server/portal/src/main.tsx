import '@fontsource/be-vietnam-pro/400.css';
import '@fontsource/be-vietnam-pro/600.css';
import 'maplibre-gl/dist/maplibre-gl.css';
import './css/base.css';
import './css/panels.css';
import './css/extract.css';
import './css/planner.css';
import './css/print.css';
import { render } from 'preact';
import { App } from './app';

const root = document.getElementById('app');
if (root) render(<App />, root);
