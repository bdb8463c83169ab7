// Drives the real portal on the real server.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { DESKTOP, PHONE, drawn, launch, open, screenshot, settled } from './browser.mjs';
import { server } from './server.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let host;
let browser;
/** A parcel to look for, and a place inside it. */
let parcel;
let place;

const get = async (path) => {
  const answer = await fetch(host.url + path, { headers: { accept: 'application/json, application/geo+json' } });
  assert.equal(answer.status, 200, path);
  return answer.json();
};

/** A place inside a polygon: the middle of the widest stretch of a level line through it. */
function inside(geometry) {
  const rings = geometry.type === 'MultiPolygon' ? geometry.coordinates.flat() : geometry.coordinates;
  const lats = rings.flat().map((p) => p[1]);
  const level = (Math.min(...lats) + Math.max(...lats)) / 2 + 1e-9;
  const crossings = rings
    .flatMap((ring) => ring.slice(1).map((b, i) => [ring[i], b]))
    .filter(([a, b]) => a[1] > level !== b[1] > level)
    .map(([a, b]) => a[0] + ((level - a[1]) / (b[1] - a[1])) * (b[0] - a[0]))
    .sort((a, b) => a - b);
  let best = [0, 0];
  for (let i = 0; i + 1 < crossings.length; i += 2) {
    if (crossings[i + 1] - crossings[i] > best[1] - best[0]) best = [crossings[i], crossings[i + 1]];
  }
  return [(best[0] + best[1]) / 2, level];
}

before(async () => {
  host = await server();
  browser = await launch();
  const page = await get('/collections/land_parcels/items?limit=200');
  const size = (f) => JSON.stringify(f.geometry).length;
  const paddy = page.features.filter((f) => f.properties.loai_dat === 'LUC');
  parcel = (paddy.length > 0 ? paddy : page.features).sort((a, b) => size(a) - size(b))[0];
  place = inside(parcel.geometry);
});

after(async () => {
  await browser?.close();
  await host?.stop();
});

const at = (zoom, [lon, lat] = place) => `map=${zoom}/${lat.toFixed(6)}/${lon.toFixed(6)}`;
const key = () => `${parcel.properties.ma_xa}/${parcel.properties.so_to}/${parcel.properties.so_thua}`;

/** Violations of WCAG A and AA that axe finds on the page. */
async function violations(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }));
  return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join('; ')}`);
}

describe('the portal', () => {
  test('opens on the province, asks nobody else, and says nothing in the console', async () => {
    const { page, trouble, close } = await open(browser, host.url);
    await drawn(page);
    assert.match(await page.title(), /Địa bạ/);
    await page.waitForURL(/#map=/);
    assert.equal(await page.getByRole('navigation').getByRole('button').count(), 4);
    const policy = await page.evaluate(async () => (await fetch('/', { headers: { accept: 'text/html' } })).headers.get('content-security-policy'));
    assert.match(policy ?? '', /script-src 'self'/);
    assert.doesNotMatch(policy ?? '', /script-src[^;]*unsafe/);
    assert.deepEqual(trouble, []);
    await close();
  });

  test('finds a parcel by its key and shows it with codes, names, areas and grid', async () => {
    const { page, trouble, close } = await open(browser, host.url);
    await drawn(page);
    const { ma_xa: commune, so_to: sheet, so_thua: number } = parcel.properties;
    await page.getByRole('combobox').fill(`tờ ${sheet} thửa ${number} xã ${commune}`);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: `Thửa ${number} · tờ ${sheet}` }).first().waitFor();
    // Keys are not unique: the parcel is one of the hits, told apart by its number in the register.
    const toggle = page.locator(`[aria-controls="card-land_parcels-${parcel.id}"]`);
    await toggle.waitFor();
    if ((await toggle.getAttribute('aria-expanded')) === 'false') await toggle.click();
    await page.locator('.card.open .code', { hasText: parcel.properties.loai_dat }).first().waitFor();
    assert.match(await page.locator('.card.open').innerText(), /\d m²|\d ha/);
    await drawn(page);
    await page.waitForURL(/feature=land_parcels:\d+/);
    await page.waitForURL(/map=1[5-9]/);
    await screenshot(page, 'desktop-search');
    assert.deepEqual(trouble, []);
    await close();
  });

  test('says plainly when there is no such parcel, and what to type when it cannot tell', async () => {
    const { page, close } = await open(browser, host.url);
    const box = page.getByRole('combobox');
    await box.fill(`${parcel.properties.ma_xa}/${parcel.properties.so_to}/99999`);
    await page.keyboard.press('Enter');
    await page.getByText('Không có thửa 99999').waitFor();
    await box.fill('zzzz qqqq');
    await page.keyboard.press('Enter');
    await page.getByText('Không tìm thấy “zzzz qqqq”').waitFor();
    await page.getByText('Có thể nhập số thửa').waitFor();
    await close();
  });

  test('a click tells what lies there, exactly, with VN-2000 coordinates X first', async () => {
    const { page, trouble, close } = await open(browser, host.url, `#${at(18)}`);
    await drawn(page);
    const map = await page.locator('.map').boundingBox();
    await page.mouse.click(map.x + map.width / 2, map.y + map.height / 2);
    await page.locator('.card.open').waitFor();
    await page.waitForSelector('.sheet[aria-busy=false]');
    const { so_thua: number, so_to: sheet } = parcel.properties;
    assert.match(await page.locator('.card.open h3').innerText(), new RegExp(`Thửa ${number} · tờ ${sheet}`));
    const said = await page.locator('.where').innerText();
    const asked = new URL(page.url()).hash.match(/at=([\d.]+),([\d.]+)/);
    const truth = await get(`/identify?lon=${asked[2]}&lat=${asked[1]}&themes=land_parcels`);
    const [, x, y] = said.match(/X\s*([\d.,]+)\s*Y\s*([\d.,]+)/).map((n) => Number(n.replaceAll('.', '').replace(',', '.')));
    // The address keeps six decimals of a degree, the sheet the pointer's own place: a decimetre between them.
    assert.ok(Math.abs(x - truth.vn2000.x) < 0.15 && Math.abs(y - truth.vn2000.y) < 0.15, said);
    await screenshot(page, 'desktop-identify');
    assert.deepEqual(trouble, []);
    await close();
  });

  test('the pointer’s coordinates are the server’s, to a centimetre', async () => {
    const { page, close } = await open(browser, host.url, `#${at(17)}`);
    await drawn(page);
    const truth = await get(`/identify?lon=${place[0].toFixed(6)}&lat=${place[1].toFixed(6)}&themes=land_parcels`);
    await page.locator('.position button').first().click();
    const [x, y] = (await page.evaluate(() => navigator.clipboard.readText())).split(' ').map(Number);
    assert.ok(Math.abs(x - truth.vn2000.x) <= 0.0051 && Math.abs(y - truth.vn2000.y) <= 0.0051, `${x} ${y}`);
    await close();
  });

  test('layers are switched and faded, with their legend, and the address remembers', async () => {
    const { page, trouble, close } = await open(browser, host.url, `#${at(16)}`);
    await drawn(page);
    await page.getByRole('button', { name: 'Lớp & chú giải' }).click();
    const uses = page.getByRole('switch', { name: /^Loại đất/ });
    assert.equal(await uses.isChecked(), true);
    await page.locator('.legend li', { hasText: ' – ' }).first().waitFor();
    await page.getByRole('slider', { name: /Loại đất/ }).fill('40');
    await page.waitForURL(/opacity=land_parcels:40/);
    await screenshot(page, 'desktop-layers');
    await uses.uncheck();
    await page.waitForURL(/layers=/);
    assert.doesNotMatch(new URL(page.url()).hash, /layers=[^&]*land_parcels/);
    assert.match(new URL(page.url()).hash, /panel=1/);
    assert.deepEqual(trouble, []);
    await close();
  });

  test('the four ways in bring their layers', async () => {
    const { page, trouble, close } = await open(browser, host.url, `#${at(13)}&panel=1`);
    const groups = { 'Quy hoạch': 'planning', 'Vùng trồng': 'crops', 'Đê điều & thủy lợi': 'water', 'Thửa đất': null };
    for (const [name, way] of Object.entries(groups)) {
      await page.getByRole('button', { name, exact: true }).click();
      await page.waitForURL((address) => (/way=(\w+)/.exec(address.hash)?.[1] ?? null) === way);
      await settled(page);
      await screenshot(page, `desktop-way-${way ?? 'land'}`);
    }
    assert.deepEqual(trouble, []);
    await close();
  });

  test('speaks English when asked', async () => {
    const { page, close } = await open(browser, host.url);
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('button', { name: 'Parcels' }).waitFor();
    await page.locator('html[lang=en]').waitFor();
    await page.waitForURL(/lang=en/);
    await close();
  });

  test('a link brings back what it was copied from', async () => {
    const { page, close } = await open(browser, host.url, `#${at(17)}&at=${place[1].toFixed(6)},${place[0].toFixed(6)}&lang=en&panel=1&way=planning`);
    await page.locator('.card').first().waitFor();
    assert.equal(await page.getByRole('button', { name: 'Planning' }).getAttribute('aria-current'), 'page');
    assert.equal(await page.getByRole('complementary').count(), 1);
    await close();
  });

  test('a server that fails is told apart from nothing found, and can be asked again', async () => {
    const { page, close } = await open(browser, host.url, `#${at(17)}`);
    await drawn(page);
    await page.route('**/identify?*', (route) =>
      route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify({ title: 'Kho dữ liệu tạm ngừng', detail: 'store unavailable', status: 503 }) }),
    );
    const map = await page.locator('.map').boundingBox();
    await page.mouse.click(map.x + map.width / 2, map.y + map.height / 2);
    await page.getByText('Kho dữ liệu tạm ngừng').waitFor();
    await page.unroute('**/identify?*');
    await page.getByRole('button', { name: 'Thử lại' }).click();
    await page.getByText('Nguồn:').first().waitFor();
    await page.context().setOffline(true);
    await page.getByText('Mất kết nối mạng').first().waitFor();
    await close();
  });

  test('works from the keyboard', async () => {
    const { page, close } = await open(browser, host.url, `#${at(18)}`);
    await drawn(page);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.locator('.card.open').waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === 'H2');
    await page.keyboard.press('Escape');
    await page.waitForSelector('.sheet', { state: 'detached' });
    await page.waitForFunction(() => document.activeElement?.tagName === 'CANVAS');
    await close();
  });

  test('prints a page of its own', async () => {
    const { page, close } = await open(browser, host.url, `#${at(17)}&at=${place[1].toFixed(6)},${place[0].toFixed(6)}`);
    await drawn(page);
    await page.locator('.card').first().waitFor();
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    await page.emulateMedia({ media: 'print' });
    const picture = page.locator('.print-page img');
    await picture.waitFor();
    assert.equal(await page.locator('.topbar').isVisible(), false);
    await screenshot(page, 'print');
    await close();
  });
});

describe('axe finds nothing', () => {
  for (const [name, size, rest] of [
    ['on a desktop', DESKTOP, '&panel=1'],
    ['in the dark', DESKTOP, '&panel=1&dark=1'],
    ['on a phone', PHONE, ''],
  ]) {
    test(name, async () => {
      const { page, close } = await open(browser, host.url, `#${at(17)}&at=${place[1].toFixed(6)},${place[0].toFixed(6)}${rest}`, size);
      await page.locator('.card.open').waitFor();
      await drawn(page);
      assert.deepEqual(await violations(page), []);
      await close();
    });
  }
});

describe('draws', () => {
  for (const zoom of [9, 12, 15, 18]) {
    test(`z${zoom}`, async () => {
      const { page, trouble, close } = await open(browser, host.url, `#${at(zoom)}`);
      await drawn(page);
      await screenshot(page, `desktop-z${zoom}`);
      assert.deepEqual(trouble, []);
      await close();
    });
  }

  test('in the dark', async () => {
    const { page, trouble, close } = await open(browser, host.url, `#${at(15)}&dark=1`);
    await drawn(page);
    await screenshot(page, 'dark-z15');
    assert.deepEqual(trouble, []);
    await close();
  });

  test('on a phone', async () => {
    const { page, trouble, close } = await open(browser, host.url, `#${at(17)}&q=${encodeURIComponent(key())}`, PHONE);
    await page.locator('.card.open').waitFor();
    await drawn(page);
    await screenshot(page, 'phone');
    assert.deepEqual(trouble, []);
    await close();
  });
});
