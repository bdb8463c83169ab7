// A real Chromium, watched: every page collects what went wrong and what it asked of others.
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const OUT = process.env.DIABA_SCREENSHOTS ?? join(dirname(fileURLToPath(import.meta.url)), '../screenshots-out');
export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // WebGL without a graphics card.
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
];

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });

/** Opens the portal at `hash`. `trouble` holds console errors, failed answers and requests to other hosts. */
export async function open(browser, url, hash = '', size = DESKTOP) {
  const phone = size.width < 700;
  const context = await browser.newContext({
    viewport: size,
    hasTouch: phone,
    isMobile: phone,
    deviceScaleFactor: phone ? 2 : 1,
    permissions: ['clipboard-read', 'clipboard-write'],
    reducedMotion: 'reduce',
  });
  // A software renderer on a busy machine takes its time.
  context.setDefaultTimeout(90_000);
  const page = await context.newPage();
  const trouble = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && !isDriver(message.text()) && trouble.push(message.text()));
  page.on('pageerror', (error) => trouble.push(String(error)));
  page.on('response', (answer) => answer.status() >= 400 && trouble.push(`${answer.status()} ${answer.url()}`));
  page.on('request', (request) => {
    const other = !request.url().startsWith(`${url}/`) && !/^(data|blob):/.test(request.url());
    if (other) trouble.push(`asked another host: ${request.url()}`);
  });
  await page.goto(`${url}/${hash}`);
  return { page, trouble, close: () => context.close() };
}

/** The software renderer complains of its own slowness; that says nothing of the portal. */
const isDriver = (text) => /GL Driver Message|GPU stall/.test(text);

/** Waits until the map has drawn everything it asked for. */
export const drawn = (page) => page.waitForSelector('.map[data-drawn=yes]', { timeout: 90_000 });

/** Waits until what was just changed is drawn: two frames for the map to take it in, then its rest. */
export async function settled(page) {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await drawn(page);
}

export async function screenshot(page, name) {
  mkdirSync(OUT, { recursive: true });
  await page.screenshot({ path: join(OUT, `${name}.png`) });
}
