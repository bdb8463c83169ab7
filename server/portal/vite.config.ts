import { defineConfig, type Plugin } from 'vitest/config';
import { makeFonts } from './build/glyphs.ts';
import { printFonts } from './build/print_fonts.ts';

/** Puts fonts beside the portal: map glyphs, `fonts/<stack>/<range>.pbf`, and files for documents, `fonts/print/`. */
function glyphs(): Plugin {
  return {
    name: 'diaba-glyphs',
    apply: 'build',
    generateBundle() {
      for (const [path, source] of makeFonts()) this.emitFile({ type: 'asset', fileName: `fonts/${path}`, source });
      for (const [path, source] of printFonts()) this.emitFile({ type: 'asset', fileName: `fonts/${path}`, source });
    },
  };
}

const server = process.env['DIABA_URL'] ?? 'http://127.0.0.1:8080';
const routes = ['/themes', '/code-lists', '/styles', '/sprites', '/fonts', '/tiles', '/identify', '/parcels', '/search', '/stats', '/growing-zones', '/collections', '/overlay', '/plans'];

export default defineConfig({
  plugins: [glyphs()],
  build: {
    target: 'es2022',
    // A font or picture inlined as data: would need a laxer content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1400,
  },
  server: { proxy: Object.fromEntries(routes.map((route) => [route, server])) },
  test: { include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'build/**/*.test.ts'] },
});
