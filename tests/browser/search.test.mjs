// The search box, typed into as people type: letter by letter, with the keyboard alone.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { PHONE, drawn, launch, open, screenshot } from './browser.mjs';
import { server } from './server.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let host;
let browser;
let parcel;

const get = async (path) => (await fetch(host.url + path, { headers: { accept: 'application/json, application/geo+json' } })).json();
const commune = async (code) => (await get('/code-lists/admin_units')).codes.find((c) => c.code === code && c.current).title.vi;
/** Without marks, as people type on a phone. */
const bare = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd').replace(/Đ/g, 'D').toLowerCase();

before(async () => {
  host = await server();
  browser = await launch();
  [parcel] = (await get('/collections/land_parcels/items?limit=1')).features;
});

after(async () => {
  await browser?.close();
  await host?.stop();
});

const box = (page) => page.getByRole('combobox');
const offers = (page) => page.getByRole('option');

describe('the search box', () => {
  test('offers a parcel by the name of its commune, is walked with the keyboard, and shows what was chosen', async () => {
    const { page, trouble, close } = await open(browser, host.url);
    await drawn(page);
    const { ma_xa: code, so_to: sheet, so_thua: number } = parcel.properties;
    const name = await commune(code);
    await box(page).pressSequentially(bare(`thua ${number} to ${sheet} ${name}`), { delay: 15 });
    const hit = offers(page).filter({ hasText: `Thửa ${number} · tờ ${sheet}` }).first();
    await hit.filter({ hasText: name }).waitFor();
    assert.equal(await box(page).getAttribute('aria-expanded'), 'true');
    await page.keyboard.press('ArrowDown');
    const pointed = await box(page).getAttribute('aria-activedescendant');
    assert.equal(await page.locator(`#${pointed}`).getAttribute('aria-selected'), 'true');
    await screenshot(page, 'desktop-search-offers');
    await page.keyboard.press('Enter');
    await page.locator('.card').first().waitFor();
    await page.waitForURL(/feature=land_parcels:\d+/);
    assert.equal(await box(page).getAttribute('aria-expanded'), 'false');
    assert.deepEqual(trouble, []);
    await close();
  });

  test('finds a commune without marks and with a typing error, and goes there', async () => {
    const { page, trouble, close } = await open(browser, host.url);
    await drawn(page);
    const units = await get('/collections/admin_units/items?limit=500');
    const unit = units.features.find((f) => f.properties.cap === 'xa' && /^\p{L}{3,} \p{L}{3,}$/u.test(f.properties.ten ?? ''));
    const [first, second] = bare(unit.properties.ten).split(' ');
    const wrong = `${first} ${second.slice(0, 1)}${second[2]}${second[1]}${second.slice(3)}`;
    await box(page).pressSequentially(wrong, { delay: 15 });
    await offers(page).filter({ hasText: unit.properties.ten }).first().click();
    await page.waitForURL(new RegExp(`feature=admin_units:`));
    await page.locator('.card').first().waitFor();
    await drawn(page);
    await screenshot(page, 'desktop-search-commune');
    assert.deepEqual(trouble, []);
    await close();
  });

  test('takes the X and Y of a certificate to their place', async () => {
    const { page, trouble, close } = await open(browser, host.url);
    await drawn(page);
    const [lon, lat] = parcel.geometry.coordinates.flat(parcel.geometry.type === 'MultiPolygon' ? 2 : 1)[0];
    const { vn2000 } = await get(`/identify?lon=${lon}&lat=${lat}&themes=dikes`);
    const [x, y] = [vn2000.x, vn2000.y].map((metres) => metres.toFixed(2).replace('.', ','));
    await box(page).pressSequentially(`X=${x} Y=${y}`, { delay: 10 });
    await offers(page).filter({ hasText: 'kinh tuyến trục 107°00′' }).first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL((address) => {
      const [, north, east] = /at=([\d.]+),([\d.]+)/.exec(address.hash) ?? [];
      return Math.abs(north - lat) < 2e-6 && Math.abs(east - lon) < 2e-6;
    });
    assert.deepEqual(trouble, []);
    await close();
  });

  test('remembers what was chosen, says when it finds nothing, and when the server cannot be asked', async () => {
    const { page, close } = await open(browser, host.url);
    await drawn(page);
    await box(page).pressSequentially('luc ngan');
    await offers(page).first().click();
    await page.getByRole('button', { name: 'Xóa nội dung tìm' }).click();
    await page.getByText('Tìm gần đây').waitFor();
    await offers(page).filter({ hasText: 'Lục Ngạn' }).first().waitFor();
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => document.querySelector('[role=combobox]').getAttribute('aria-expanded') === 'false');
    await box(page).pressSequentially('zzzz qqqq');
    await page.getByText('Không tìm thấy “zzzz qqqq”').waitFor();
    await screenshot(page, 'desktop-search-nothing');
    await page.route('**/search?*', (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify({ title: 'Đang bận', detail: 'busy' }) }));
    await box(page).fill('nghia');
    await page.getByText('Đang bận').waitFor();
    await close();
  });

  test('is a combobox to axe, with its offers open, on a phone too', async () => {
    for (const size of [undefined, PHONE]) {
      const { page, close } = await open(browser, host.url, '', size);
      await drawn(page);
      await box(page).pressSequentially('luc');
      await offers(page).first().waitFor();
      await page.evaluate(AXE);
      const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }));
      assert.deepEqual(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join('; ')}`), []);
      if (size) await screenshot(page, 'phone-search-offers');
      await close();
    }
  });
});
