// The agronomist's morning: which growing areas go to which market, what is in one of them, a pest seen in the field.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { drawn, launch, open, screenshot } from './browser.mjs';
import { installed, liveServer } from './database.mjs';

const square = (x, y, side) => `POLYGON((${x} ${y},${x + side} ${y},${x + side} ${y + side},${x} ${y + side},${x} ${y}))`;
const [X, Y] = [416226, 2353402];
const shape = (...corners) => `POLYGON((${[...corners, corners[0]].map(([x, y]) => `${X + x} ${Y + y}`).join(',')}))`;

/** Three areas, and a parcel of which a quarter lies in the first, three more across its edges; a pumping station beside it. */
const FILL = `
INSERT INTO diaba.crop_zones (ma_vung, ten, cay, ma_vung_trong, thi_truong, tieu_chuan, trang_thai, dien_tich_ha, ma_xa, geom) VALUES
 ('VT-1', 'Vải thiều Đông', 'vai_thieu', '["VN-BGOR-0012"]', '["CN", "JP"]', '["VIETGAP"]', 'hoat_dong', 1.5, '07210', ST_Multi(ST_GeomFromText('${square(X + 10, Y + 10, 100)}', 9214))),
 ('VT-2', 'Vải thiều Tây', 'vai_thieu', '["VN-BGOR-0013"]', '["CN"]', NULL, 'hoat_dong', 2.25, '07228', ST_Multi(ST_GeomFromText('${square(X + 300, Y, 100)}', 9214))),
 ('VT-3', 'Nhãn Bắc', 'nhan', '[]', '["US"]', NULL, 'hoat_dong', 3, '07210', ST_Multi(ST_GeomFromText('${square(X, Y + 300, 100)}', 9214)));
INSERT INTO diaba.land_parcels (ma_xa, so_to, so_thua, loai_dat, geom) VALUES
 ('07210', '12', '21', 'CLN', ST_Multi(ST_GeomFromText('${shape([90, 20], [151.3, 33.7], [120, 80], [85.1, 61.9])}', 9214))),
 ('07210', '12', '22', 'CLN', ST_Multi(ST_GeomFromText('${shape([30, 95], [60, 95], [47.25, 140.5])}', 9214))),
 ('07210', '12', '23', 'ONT', ST_Multi(ST_GeomFromText('${shape([-10, 60], [25, 55], [25, 85.5], [-5, 90])}', 9214)));
INSERT INTO diaba.irrigation_works (ma_cong_trinh, ten, loai, geom) VALUES
 ('TB-1', 'Trạm bơm Cống Bún', 'tram_bom', ST_GeomFromText('POINT(${X + 160} ${Y + 60})', 9214));`;

describe('growing areas', { skip: !installed && 'no PostgreSQL' }, () => {
  let host;
  let browser;
  before(async () => {
    host = await liveServer({ editing: true, fill: FILL });
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await host?.stop();
  });
  const get = async (path) => (await fetch(host.url + path, { headers: { accept: 'application/json' } })).json();
  const sheet = (page) => page.getByRole('region', { name: /Vùng trồng|Phiếu vùng trồng/ });

  test('are filtered, added up, opened, and take a pest seen in the field', async () => {
    const { page, trouble, close } = await open(browser, host.url, '#map=16.5/21.273700/106.195500&way=crops');
    await drawn(page);
    await sheet(page).getByText('3 vùng trồng').waitFor();
    await page.getByText('Tổng hợp theo cây trồng và xã').click();
    await screenshot(page, 'desktop-zones');
    const figures = (await get('/stats?theme=crop_zones&by=cay')).themes[0];
    assert.equal(figures.total.count, 3);
    assert.equal(await page.locator('.zones-totals tbody tr').count(), 3, 'each crop of each commune');

    await page.getByLabel('Cây trồng').selectOption('vai_thieu');
    await page.getByLabel('Thị trường').selectOption('JP');
    await sheet(page).getByText('1 vùng trồng').waitFor();
    await page.waitForURL(/filter=cay:vai_thieu,thi_truong:JP/);
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByText('Tải bảng XLSX').click()]);
    assert.match(download.suggestedFilename(), /\.xlsx$/);

    await page.getByRole('button', { name: /Vải thiều Đông/ }).click();
    await page.getByText('VN-BGOR-0012').waitFor();
    await page.waitForURL(/zone=\d+/);
    const text = await sheet(page).innerText();
    assert.match(text, /Trung Quốc/);
    assert.match(text, /Thửa đất trong vùng: 4/);
    const id = /zone=(\d+)/.exec(page.url())[1];
    const told = await get(`/growing-zones/${id}`);
    const rows = host.sql(`SELECT loai_dat, count(*), sum(ST_Area(ST_Intersection(z.geom, p.geom))) FROM diaba.crop_zones z
      JOIN diaba.land_parcels p ON ST_Intersects(z.geom, p.geom) WHERE z.ma_vung = 'VT-1' GROUP BY 1`);
    const truth = new Map(rows.split('\n').map((row) => row.split('|')).map(([use, count, area]) => [use, { count: Number(count), area: Number(area) }]));
    assert.equal(truth.size, 3);
    const near = (area, expected, what) => assert.ok(Math.abs(area - expected) < 0.01, `${what}: ${area} ${expected}`);
    assert.deepEqual(told.parcels.uses.map((use) => use.loai_dat).sort(), [...truth.keys()].sort());
    for (const use of told.parcels.uses) {
      near(use.area_m2, truth.get(use.loai_dat).area, use.loai_dat);
      assert.equal(use.count, truth.get(use.loai_dat).count, use.loai_dat);
    }
    near(told.parcels.area_m2, [...truth.values()].reduce((all, { area }) => all + area, 0), 'all');
    // What the sheet says of each use is that, to the digit it writes.
    const lines = await sheet(page).locator('.zone-rows').first().locator('li').allInnerTexts();
    assert.equal(lines.length, truth.size);
    for (const line of lines) {
      const [, use, said] = /^(\w+) – .*?([\d.,]+) m²$/s.exec(line);
      assert.ok(Math.abs(Number(said.replaceAll('.', '').replace(',', '.')) - truth.get(use).area) <= 0.051, line);
    }
    assert.match(text, /Trạm bơm Cống Bún/);
    assert.match(text, /50 m/);

    await page.getByLabel('Dịch hại', { exact: true }).fill('Sâu đục cuống quả');
    await page.getByLabel('Mức độ nhiễm').selectOption('nhe');
    await page.getByLabel('Tỷ lệ hại (%)').fill('3,5');
    await page.getByLabel('Khóa của cơ quan').fill(host.key);
    await page.getByRole('button', { name: 'Ghi nhận', exact: true }).click();
    await page.getByText('Đã ghi nhận.').waitFor();
    await page.locator('.observations li', { hasText: 'Sâu đục cuống quả' }).waitFor();
    assert.match(await page.locator('.observations').innerText(), /Nhiễm nhẹ · 3,5 %/);
    assert.equal(host.sql('SELECT count(*) FROM diaba.pest_observations'), '1');
    await drawn(page);
    await screenshot(page, 'desktop-zone-sheet');

    // What somebody else sees is there by itself.
    host.sql(`INSERT INTO diaba.pest_observations (ma_vung, ngay_dieu_tra, dich_hai, muc_do, geom)
              VALUES ('VT-1', '2026-05-21', 'Nhện lông nhung', 'nang', ST_GeomFromText('POINT(${X + 60} ${Y + 60})', 9214))`);
    await page.locator('.observations li', { hasText: 'Nhện lông nhung' }).waitFor({ timeout: 20_000 });
    assert.deepEqual(trouble, []);
    await close();
  });

  test('a key that nobody knows is refused with its reason', async () => {
    const zones = await get('/collections/crop_zones/items?ma_vung=VT-2');
    const { page, close } = await open(browser, host.url, `#map=16.5/21.273700/106.195500&way=crops&zone=${zones.features[0].id}`);
    await page.getByLabel('Dịch hại', { exact: true }).fill('Rệp');
    await page.getByLabel('Khóa của cơ quan').fill('sai');
    await page.getByRole('button', { name: 'Ghi nhận', exact: true }).click();
    await page.locator('.observe .failure').waitFor();
    assert.equal(host.sql(`SELECT count(*) FROM diaba.pest_observations WHERE dich_hai = 'Rệp'`), '0');
    await close();
  });
});
