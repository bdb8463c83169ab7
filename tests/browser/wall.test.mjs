// The wall of an operations centre: nobody touches it, and it is right all the same.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { drawn, launch, open, screenshot } from './browser.mjs';
import { installed, liveServer } from './database.mjs';

const [X, Y] = [416226, 2353402];
const square = (x, y, side) => `POLYGON((${x} ${y},${x + side} ${y},${x + side} ${y + side},${x} ${y + side},${x} ${y}))`;
const parcel = (n, use, commune) =>
  `('${commune}', '12', '${n}', '${use}', ST_Multi(ST_GeomFromText('${square(X + 30 * n, Y + 40, 20)}', 9214)))`;
const FILL = `
INSERT INTO diaba.land_parcels (ma_xa, so_to, so_thua, loai_dat, geom) VALUES
 ${parcel(11, 'ONT', '07210')}, ${parcel(12, 'LUC', '07228')}, ${parcel(13, 'LUC', '07228')};
INSERT INTO diaba.crop_zones (ma_vung, ten, cay, ma_xa, geom) VALUES
 ('VT-1', 'Vải thiều Đông', 'vai_thieu', '07210', ST_Multi(ST_GeomFromText('${square(X + 10, Y + 100, 100)}', 9214)));`;

describe('the wall', { skip: !installed && 'no PostgreSQL' }, () => {
  let host;
  let browser;
  before(async () => {
    host = await liveServer({ fill: FILL });
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await host?.stop();
  });
  const stats = async (theme) => (await (await fetch(`${host.url}/stats?theme=${theme}`)).json()).themes[0];

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

    host.sql(`INSERT INTO diaba.land_parcels (ma_xa, so_to, so_thua, loai_dat, geom) VALUES ${parcel(14, 'CLN', '07210')}`);
    await parcels.locator('h2 b', { hasText: /^5$/ }).waitFor({ timeout: 20_000 });
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
