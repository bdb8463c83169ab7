// The wall of an operations centre: nobody touches it, and it is right all the same.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { drawn, launch, open, screenshot, settled } from './browser.mjs';
import { installed, liveServer } from './database.mjs';

const [X, Y] = [416226, 2353402];
const square = (x, y, side) => `POLYGON((${x} ${y},${x + side} ${y},${x + side} ${y + side},${x} ${y + side},${x} ${y}))`;
const parcel = (n, use, commune) =>
  `('${commune}', '12', '${n}', '${use}', ST_Multi(ST_GeomFromText('${square(X + 30 * n, Y + 40, 20)}', 9214)))`;
const FILL = `
INSERT INTO diaba.land_parcels (ma_xa, so_to, so_thua, loai_dat, geom) VALUES
 ${parcel(11, 'ONT', '07210')}, ${parcel(12, 'LUC', '07228')}, ${parcel(13, 'LUC', '07228')};
INSERT INTO diaba.crop_zones (ma_vung, ten, cay, ma_xa, geom) VALUES
 ('VT-1', 'Vải thiều Đông', 'vai_thieu', '07210', ST_Multi(ST_GeomFromText('${square(X + 10, Y + 100, 100)}', 9214)));
INSERT INTO diaba.hydrological_stations (ma_tram, ten, song, muc_nuoc_m, thoi_diem_do, bao_dong_1_m, bao_dong_2_m, bao_dong_3_m, geom) VALUES
 ('TV-1', 'Phủ Lạng Thương', 'Thương', 4.10, '2025-10-06T01:00+07:00', 4.3, 5.3, 6.3, ST_GeomFromText('POINT(${X + 140} ${Y + 20})', 9214)),
 ('TV-2', 'Cầu Sơn', 'Thương', 12.95, '2025-10-06T01:00+07:00', 14, 15, 16, ST_GeomFromText('POINT(${X + 20} ${Y - 60})', 9214));`;

/** A host of its own, another origin than the register's: one page that puts the register's wall in a frame. */
async function otherHost(register) {
  const page = () => `<!doctype html><title>IOC</title><body style="margin:0"><div id="wall" style="height:100vh"></div>
    <script type="module">import { wall } from '${register()}/embed.js'; wall(document.getElementById('wall'), { count: 'land_parcels' });</script>`;
  const host = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end(page()));
  await new Promise((listening) => host.listen(0, listening));
  return { url: `http://127.0.0.1:${host.address().port}`, stop: () => new Promise((ended) => (host.closeAllConnections(), host.close(ended))) };
}

describe('the wall', { skip: !installed && 'no PostgreSQL' }, () => {
  let host;
  let other;
  let browser;
  before(async () => {
    other = await otherHost(() => host.url);
    host = await liveServer({ fill: FILL, editing: true, options: ['--frame-ancestor', other.url] });
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await host?.stop();
    await other?.stop();
  });
  const stats = async (theme) => (await (await fetch(`${host.url}/stats?theme=${theme}`)).json()).themes[0];

  /** Counts and areas by commune and class are those SQL adds up, and add up to the total. */
  async function agrees(theme, by) {
    const told = await stats(theme);
    assert.equal(told.by, by);
    const truth = new Map();
    for (const line of host.sql(`SELECT ma_xa, ${by}, count(*), sum(ST_Area(geom)) FROM diaba.${theme} GROUP BY 1, 2`).split('\n')) {
      const [commune, code, count, area] = line.split('|');
      truth.set(`${commune}|${code}`, [Number(count), Number(area)]);
    }
    const shown = told.communes.flatMap((one) => one.classes.map((each) => [`${one.commune}|${each.class}`, each]));
    assert.deepEqual(shown.map(([key]) => key).sort(), [...truth.keys()].sort());
    for (const [key, figures] of shown) {
      const [count, area] = truth.get(key);
      assert.equal(figures.count, count, key);
      assert.ok(Math.abs(figures.area_m2 - area) < 0.01, `${key}: ${figures.area_m2} ${area}`);
    }
    const sum = (of) => told.communes.reduce((all, one) => all + of(one), 0);
    assert.equal(sum((one) => one.count), told.total.count);
    assert.ok(Math.abs(sum((one) => one.area_m2) - told.total.area_m2) < 0.01);
  }

  test('counts by commune so that it adds up, goes on by itself, and lights up', async () => {
    const hash = '#map=16.00/21.273900/106.196500&layers=land_parcels,crop_zones,pest_observations&wall=1&count=land_parcels,crop_zones,pest_observations&alarm=pest_observations.nang:2';
    const { page, trouble, close } = await open(browser, host.url, hash);
    await drawn(page);
    assert.equal(await page.getByRole('navigation').count(), 0, 'nothing to touch');
    assert.equal(await page.evaluate(() => document.documentElement.dataset.ground), 'dark');
    const panel = (name) => page.getByRole('region', { name });
    const parcels = panel('Thửa đất');
    await parcels.locator('h2 b', { hasText: /^4$/ }).waitFor();
    const told = await stats('land_parcels');
    assert.equal(told.total.count, 4);
    const rows = await parcels.locator('tbody td:nth-child(2)').allInnerTexts();
    assert.equal(rows.map(Number).reduce((a, b) => a + b, 0), told.total.count);
    for (const [theme, by] of [
      ['land_parcels', 'loai_dat'],
      ['crop_zones', 'cay'],
    ])
      await agrees(theme, by);

    host.sql(`INSERT INTO diaba.land_parcels (ma_xa, so_to, so_thua, loai_dat, geom) VALUES ${parcel(14, 'CLN', '07210')}`);
    await parcels.locator('h2 b', { hasText: /^5$/ }).waitFor({ timeout: 20_000 });
    await agrees('land_parcels', 'loai_dat');
    const [first] = await parcels.locator('tbody tr').evaluateAll((lines) => lines.map((line) => [...line.children].map((cell) => cell.textContent)));
    const [count, area] = host.sql("SELECT count(*), sum(ST_Area(geom)) FROM diaba.land_parcels WHERE ma_xa = '07210'").split('|').map(Number);
    assert.equal(Number(first[1]), count);
    assert.ok(Math.abs(Number(first[2].replace(' m²', '').replaceAll('.', '').replace(',', '.')) - area) <= 0.051, `${first[2]} ${area}`);
    assert.equal(await page.locator('.wall-panel.alarm').count(), 0);
    const seen = (day) => `('${day}', 'Sâu đục cuống quả', 'nang', '07210', ST_GeomFromText('POINT(${X + 60} ${Y + 150})', 9214))`;
    host.sql(`INSERT INTO diaba.pest_observations (ngay_dieu_tra, dich_hai, muc_do, ma_xa, geom) VALUES ${seen('2026-05-20')}, ${seen('2026-05-21')}`);
    await page.locator('.wall-panel.alarm li.alarm', { hasText: 'Nhiễm nặng' }).waitFor({ timeout: 20_000 });
    await drawn(page);
    await screenshot(page, 'wall');
    host.sql('DELETE FROM diaba.pest_observations');
    await page.locator('.wall-panel.alarm').waitFor({ state: 'detached', timeout: 20_000 });
    const kept = new URLSearchParams(new URL(page.url()).hash.slice(1));
    // The map itself is held to the ground there is.
    kept.delete('map');
    for (const [name, value] of kept) assert.equal(new URLSearchParams(hash.slice(1)).get(name), value, 'the address stays its own');
    assert.equal([...kept].length, 4);
    assert.deepEqual(trouble, []);
    await close();
  });

  /** Sends a level as a station's own program does. */
  async function reads(code, level, at) {
    const { features } = await (await fetch(`${host.url}/collections/hydrological_stations/items?ma_tram=${code}`)).json();
    const answer = await fetch(`${host.url}/collections/hydrological_stations/items/${features[0].id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/merge-patch+json', authorization: `Bearer ${host.key}`, 'if-match': '*' },
      body: JSON.stringify({ properties: { muc_nuoc_m: level, thoi_diem_do: at } }),
    });
    assert.ok(answer.ok, `${answer.status} ${await answer.text()}`);
  }

  for (const [name, size] of [
    ['wall-stations', { width: 1440, height: 900 }],
    ['wall-stations-1080', { width: 1920, height: 1080 }],
  ])
    test(`shows the level of each station, and lights up at an alarm: ${name}`, async () => {
      await reads('TV-1', 4.1, '2025-10-06T01:00+07:00');
      const hash = '#map=16.00/21.273900/106.196500&layers=land_parcels,crop_zones,hydrological_stations&wall=1';
      const { page, trouble, close } = await open(browser, host.url, hash, size);
      await drawn(page);
      const panel = page.getByRole('region', { name: 'Trạm thủy văn' });
      const station = (label) => panel.locator('li', { hasText: label });
      await station('Phủ Lạng Thương').getByText('4,10 m').waitFor();
      assert.match(await station('Phủ Lạng Thương').innerText(), /Dưới báo động 1/);
      assert.match(await station('Phủ Lạng Thương').innerText(), /01:00 06\/10\/2025/);
      assert.equal(await panel.locator('li.alarm').count(), 0);

      await reads('TV-1', 5.42, '2025-10-06T07:00+07:00');
      const lit = panel.locator('li.alarm', { hasText: 'Phủ Lạng Thương' });
      await lit.waitFor({ timeout: 20_000 });
      const said = await lit.innerText();
      assert.match(said, /5,42 m/);
      assert.match(said, /Báo động 2/);
      assert.match(said, /đang lên/);
      assert.match(said, /1,32/);
      assert.match(said, /07:00 06\/10\/2025/);
      const truth = host.sql("SELECT ma_tram FROM diaba.hydrological_stations WHERE muc_nuoc_m >= bao_dong_1_m");
      assert.equal(truth, 'TV-1');
      const { readings } = await stats('hydrological_stations');
      assert.deepEqual(readings.map((one) => [one.label, one.value, one.grade]), [
        ['Phủ Lạng Thương', 5.42, 'BD2'],
        ['Cầu Sơn', 12.95, null],
      ]);
      await settled(page);
      await screenshot(page, name);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
      assert.equal(wide, false);
      // What the panels say must fit them.
      const cut = await page.locator('.wall-panel').evaluateAll((panels) => panels.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.ariaLabel));
      assert.deepEqual(cut, []);

      await reads('TV-1', 4.0, '2025-10-06T13:00+07:00');
      await lit.waitFor({ state: 'detached', timeout: 20_000 });
      assert.match(await station('Phủ Lạng Thương').innerText(), /đang xuống/);
      assert.deepEqual(trouble, []);
      await close();
    });

  test('shows no panel cut: where there is no room for all they take turns, and stations stay', async () => {
    const { page, trouble, close } = await open(browser, host.url, '#wall=1', { width: 1280, height: 560 });
    await page.locator('.wall-panel').first().waitFor();
    // Names of the panels that are wholly in sight; one that is partly so is an error.
    const inSight = () =>
      page.locator('.wall-panel').evaluateAll((panels) =>
        panels.flatMap((one) => {
          const { left, right, top, bottom } = one.getBoundingClientRect();
          if (left >= innerWidth) return [];
          return right <= innerWidth && top >= 0 && bottom <= innerHeight ? [one.ariaLabel] : [`${one.ariaLabel} is cut`];
        }),
      );
    const seen = new Set();
    const all = await page.locator('.wall-panel').evaluateAll((panels) => panels.map((one) => one.ariaLabel).sort());
    assert.equal(all.length, 3);
    for (let i = 0; i < 60 && seen.size < all.length; i += 1) {
      const names = await inSight();
      assert.ok(names.includes('Trạm thủy văn') && names.length < all.length, names.join());
      names.forEach((name) => seen.add(name));
      await page.waitForTimeout(500);
    }
    assert.deepEqual([...seen].sort(), all);
    assert.deepEqual(trouble, []);
    await close();
  });

  test('stands in a frame of another host that may have it, and of no other', async () => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    await page.goto(other.url);
    const panel = page.frameLocator('iframe').getByRole('region', { name: 'Thửa đất' });
    await panel.locator('h2 b').waitFor({ timeout: 60_000 });
    // The same page under another name is another origin.
    const refused = await context.newPage();
    const said = [];
    refused.on('console', (message) => said.push(message.text()));
    await refused.goto(other.url.replace('127.0.0.1', 'localhost'));
    await refused.locator('iframe').waitFor();
    await refused.waitForFunction(() => document.querySelector('iframe').contentDocument === null);
    assert.equal(await refused.frameLocator('iframe').getByRole('region', { name: 'Thửa đất' }).count(), 0);
    assert.ok(said.some((text) => text.includes('frame-ancestors')), said.join('\n'));
    await context.close();
  });

  test('stands in a frame of a page of the same host, put there by its module', async () => {
    const { page, close } = await open(browser, host.url);
    await page.evaluate(async () => {
      const { wall } = await import('/embed.js');
      const place = document.createElement('div');
      place.style.cssText = 'position:fixed;inset:0;z-index:9';
      document.body.append(place);
      wall(place, { count: 'land_parcels', alarm: '' });
    });
    const frame = page.frameLocator('iframe');
    await frame.getByRole('region', { name: 'Thửa đất' }).locator('h2 b').waitFor();
    await close();
  });
});
