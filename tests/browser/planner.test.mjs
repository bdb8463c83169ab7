// The planner's day: opens a plan and reads its record, lays it on parcels, draws ground of their own, compares two plans
// of one place. The numbers on the screen are those PostGIS constructs of the same records.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DESKTOP, PHONE, drawn, launch, open, screenshot, settled } from './browser.mjs';
import { cluster, installed } from './database.mjs';
import { server } from './server.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let host;
let browser;
let database;
let folder;

const sql = (text) => execFileSync('psql', ['-X', '-q', '-A', '-t', '-F', '|', '-v', 'ON_ERROR_STOP=1', '-c', text], { env: database.env, encoding: 'utf8' }).trim();
const rows = (text) => sql(text).split('\n').filter(Boolean).map((line) => line.split('|'));
const get = async (path) => (await fetch(host.url + path, { headers: { accept: 'application/json, application/geo+json' } })).json();

/** Loads the legal record of a theme as it lies in the store, to the last bit; numbers of features have up to 16 digits. */
function load(theme) {
  const statement = `SELECT *, CAST(id AS bigint) AS number FROM "${theme}"`;
  execFileSync('ogr2ogr', ['-f', 'PostgreSQL', 'PG:', '-nln', theme, '-nlt', 'GEOMETRY', '-lco', 'GEOMETRY_NAME=geom', '-lco', 'FID=row', '-sql', statement, host.surveyed(theme)], { env: database.env });
}

/** Violations of WCAG A and AA that axe finds on the page. */
async function violations(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }));
  return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join('; ')}`);
}

const panel = (page) => page.getByRole('region', { name: 'Công cụ quy hoạch' });
const tool = (page, name) => panel(page).getByRole('tab', { name });
const near = (a, b, by = 0.01) => assert.ok(Math.abs(Number(a) - Number(b)) < by, `${a} ${b}`);
/** A number as it is read on the page. */
const read = (text) => Number(text.replace(/[^\d.,-]/g, '').replaceAll('.', '').replace(',', '.'));
const wide = (page) => page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
const measured = (page) => page.locator('.lay[aria-busy=false] .lay-table').waitFor();

/** What the rows of a table say of themselves. */
const cells = (page, selector) =>
  page.locator(selector).evaluateAll((all) => all.map((row) => ({ ...row.dataset, said: [...row.cells].map((cell) => cell.textContent) })));

describe('the planner', { skip: !installed || Boolean(process.env.DIABA_URL) }, () => {
  /** The detailed plan with the most zones, and the zoning plan it lies in. */
  let detailed;
  let zoning;

  before(async () => {
    host = await server();
    browser = await launch();
    database = await cluster();
    folder = mkdtempSync(join(tmpdir(), 'diaba-planner-'));
    sql('CREATE EXTENSION IF NOT EXISTS postgis');
    for (const theme of ['land_parcels', 'urban_plan_zones', 'urban_plans']) load(theme);
    [[detailed, zoning]] = rows(`SELECT a.ma_ho_so_qh, b.ma_ho_so_qh FROM urban_plan_zones a JOIN urban_plan_zones b ON ST_Intersects(a.geom, b.geom)
      WHERE a.cap_quy_hoach = 'QCT' AND b.cap_quy_hoach = 'QPK' GROUP BY 1, 2 ORDER BY sum(ST_Area(ST_Intersection(a.geom, b.geom))) DESC LIMIT 1`);
  });
  after(async () => {
    await browser?.close();
    await database?.stop();
    await host?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  test('opens a plan and reads its record', async () => {
    const { page, trouble, close } = await open(browser, host.url);
    await drawn(page);
    await page.getByRole('navigation').getByRole('button', { name: 'Quy hoạch' }).click();
    await panel(page).locator('[data-plan]').first().waitFor();
    await settled(page);
    await screenshot(page, 'planner-plans');
    const [[name, decision]] = rows(`SELECT ten, so_quyet_dinh FROM urban_plans WHERE ma_ho_so_qh = '${detailed}'`);
    await panel(page).getByRole('searchbox').fill(name.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd').toLowerCase());
    await panel(page).locator(`[data-plan="${detailed}"]`).click();
    const record = page.locator('.plan-record[aria-busy=false]');
    await record.getByRole('heading', { name }).waitFor();
    await page.waitForURL(new RegExp(`plan=urban_plan_zones:${detailed}`));
    assert.match(await record.innerText(), new RegExp(decision));
    const truth = rows(`SELECT chuc_nang, count(*), sum(ST_Area(geom)) FROM urban_plan_zones WHERE ma_ho_so_qh = '${detailed}' GROUP BY 1`);
    const shown = await cells(page, '.plan-record .figures tbody tr[data-class]');
    assert.equal(shown.length, truth.length);
    for (const [code, zones, area] of truth) {
      const row = shown.find((one) => one.class === code);
      near(row.area, area);
      assert.equal(read(row.said[1]), Number(zones));
      near(read(row.said[2]), area, 0.051);
    }
    await settled(page);
    await screenshot(page, 'planner-record');
    await page.getByText(/Danh sách ô đất/).click();
    assert.equal(await page.locator('[data-zone]').count(), truth.reduce((sum, row) => sum + Number(row[1]), 0));
    await page.emulateMedia({ media: 'print' });
    await screenshot(page, 'planner-record-print');
    await page.emulateMedia({ media: 'screen' });
    assert.deepEqual(trouble, []);
    await close();
  });

  /** By function and land use, as PostGIS constructs it: `function/use` to m². */
  const overlaid = (what) =>
    new Map(
      rows(`WITH pairs AS (SELECT a.function, b.loai_dat, ST_Area(ST_Intersection(a.geom, b.geom)) AS area FROM (${what}) a JOIN land_parcels b ON ST_Intersects(a.geom, b.geom))
        SELECT coalesce(function, '') || '/' || coalesce(loai_dat, ''), sum(area) FROM pairs WHERE area >= 0.01 GROUP BY 1`),
    );

  async function agrees(page, truth, by = 0.01) {
    const shown = await cells(page, '.lay-table .figures tbody tr[data-area]');
    assert.equal(shown.length, truth.size);
    for (const { of = '', on = '', area, said } of shown) {
      near(area, truth.get(`${of}/${on}`) ?? NaN, by);
      near(read(said[2]), area, 0.051);
    }
    const [total] = await cells(page, '.lay-table tfoot tr[data-area]');
    near(total.area, [...truth.values()].reduce((sum, area) => sum + Number(area), 0), by * shown.length);
  }

  test('lays it on parcels, and takes the table along', async () => {
    const { page, trouble, close } = await open(browser, host.url, `#way=planning&plan=urban_plan_zones:${detailed}`);
    await page.locator('.plan-record[aria-busy=false]').waitFor();
    await page.getByRole('button', { name: 'Chồng xếp lên thửa đất' }).click();
    await measured(page);
    await page.waitForURL(/tool=lay.*of=plan:urban_plan_zones/);
    await agrees(page, overlaid(`SELECT chuc_nang AS function, geom FROM urban_plan_zones WHERE ma_ho_so_qh = '${detailed}'`));
    await settled(page);
    await screenshot(page, 'planner-overlay');
    const pairs = rows(`SELECT count(*) FROM urban_plan_zones a JOIN land_parcels b ON ST_Intersects(a.geom, b.geom)
      WHERE a.ma_ho_so_qh = '${detailed}' AND ST_Area(ST_Intersection(a.geom, b.geom)) >= 0.01`)[0][0];
    for (const [format, check] of [
      ['XLSX', (bytes) => assert.equal(bytes.subarray(0, 2).toString(), 'PK')],
      ['CSV', (bytes) => assert.equal(bytes.toString().trim().split('\r\n').length, Number(pairs) + 1)],
      ['GeoJSON', (bytes) => assert.equal(JSON.parse(bytes.toString()).features.length, Number(pairs))],
      ['GeoPackage', (bytes) => {
        const path = join(folder, 'plan.gpkg');
        writeFileSync(path, bytes);
        assert.match(execFileSync('ogrinfo', ['-ro', '-so', path, 'overlay'], { encoding: 'utf8' }), new RegExp(`Feature Count: ${pairs}\\b`));
      }],
    ]) {
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: `Tải ${format}` }).click()]);
      assert.match(download.suggestedFilename(), new RegExp(`^${detailed}-land_parcels\\.`));
      check(readFileSync(await download.path()));
    }
    // The link is the table.
    const again = await open(browser, host.url, page.url().slice(page.url().indexOf('#')));
    await measured(again.page);
    assert.deepEqual(await cells(again.page, '.lay-table tr[data-area]'), await cells(page, '.lay-table tr[data-area]'));
    await again.close();
    assert.deepEqual(trouble, []);
    await close();
  });

  test('draws ground on the map, with pointer and with keys, or types its corners', async () => {
    const [west, south, east, north] = (await get('/plans')).find((plan) => plan.code === detailed).bbox;
    const camera = `map=16.5/${((south + north) / 2).toFixed(6)}/${((west + east) / 2).toFixed(6)}`;
    const { page, trouble, close } = await open(browser, host.url, `#${camera}&way=planning&tool=lay`);
    await drawn(page);
    await page.getByText('Tự vẽ').click();
    await page.getByRole('button', { name: 'Vẽ vùng' }).click();
    for (const [x, y] of [[700, 300], [1000, 280], [1300, 560], [980, 640]]) await page.mouse.click(x, y);
    await page.keyboard.press('Backspace');
    assert.match(await page.locator('.draw-bar').innerText(), /3 đỉnh/);
    await settled(page);
    await screenshot(page, 'planner-drawing');
    await page.mouse.dblclick(820, 620);
    await measured(page);
    await page.waitForURL(/of=area:/);
    const corners = /of=area:([^&]*)/.exec(page.url())[1].split(';').map((corner) => corner.split(',').reverse().join(' '));
    assert.equal(corners.length, 4);
    // The same corners in the register's plane, carried there by the program that carries everybody's.
    const ring = execFileSync('/usr/bin/python3', ['-c', `
from osgeo import osr, ogr
osr.UseExceptions()
def system(code):
    s = osr.SpatialReference(); s.ImportFromEPSG(code); s.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER); return s
options = osr.CoordinateTransformationOptions(); options.SetAreaOfInterest(105, 20, 108, 22)
t = osr.CoordinateTransformation(system(4326), system(9214), options)
print(','.join('%.9f %.9f' % t.TransformPoint(*map(float, c.split()))[:2] for c in '${corners.join(';')}'.split(';')))`], { encoding: 'utf8' }).trim();
    const area = `SELECT NULL AS function, ST_GeomFromText('POLYGON((${ring},${ring.split(',')[0]}))', ST_SRID((SELECT geom FROM land_parcels LIMIT 1))) AS geom`;
    await agrees(page, overlaid(area));
    await settled(page);
    await screenshot(page, 'planner-drawn');

    await page.getByRole('button', { name: 'Vẽ lại' }).click();
    for (const key of ['Space', 'ArrowRight', 'Space', 'ArrowDown', 'Space']) {
      await page.keyboard.press(key);
      await settled(page);
    }
    await page.keyboard.press('Enter');
    await page.getByText(/Vùng đã vẽ: 3 đỉnh/).waitFor();
    await measured(page);
    await page.getByRole('button', { name: 'Vẽ lại' }).click();
    await page.keyboard.press('Space');
    await page.keyboard.press('Escape');
    await page.getByText(/Vùng đã vẽ: 3 đỉnh/).waitFor();
    assert.equal(await page.locator('.draw-bar').count(), 0);

    // Corners of a parcel as they stand on its certificate.
    const [[number, size]] = rows('SELECT number, ST_Area(geom) FROM land_parcels WHERE ST_NPoints(geom) = 5 ORDER BY number LIMIT 1');
    const [[ringText]] = rows(`SELECT string_agg(round(ST_Y(p.geom)::numeric, 4) || ' ' || round(ST_X(p.geom)::numeric, 4), E'~' ORDER BY p.path) FROM (SELECT (ST_DumpPoints(geom)).* FROM land_parcels WHERE number = ${number}) p`);
    await page.getByText('Nhập tọa độ đỉnh').click();
    await page.getByRole('textbox').fill(ringText.replaceAll('~', '\n'));
    await page.getByRole('button', { name: 'Dùng các đỉnh này' }).click();
    await page.getByText(/Vùng đã vẽ: 4 đỉnh/).waitFor();
    await measured(page);
    const [total] = await cells(page, '.lay-table tfoot tr[data-area]');
    near(total.area, size, 0.02);
    assert.deepEqual(trouble, []);
    await close();
  });

  test('lays a file of their own and a commune; a file that is none is told why', async () => {
    const { page, trouble, close } = await open(browser, host.url, '#way=planning&tool=lay');
    await drawn(page);
    await page.getByText('Tệp của tôi').click();
    const choose = (name, content) => page.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) });
    await choose('thua.shp', 'x');
    await page.getByText(/Tệp SHP không đọc được ở đây/).waitFor();
    await screenshot(page, 'planner-file');
    const zones = await get(`/collections/urban_plan_zones/items?ma_ho_so_qh=${detailed}&limit=3`);
    await choose('o-dat.geojson', JSON.stringify(zones));
    await page.getByText('o-dat.geojson: 3 vùng').waitFor();
    await measured(page);
    const ids = zones.features.map((zone) => zone.id).join();
    await agrees(page, overlaid(`SELECT NULL AS function, geom FROM urban_plan_zones WHERE number IN (${ids})`), 0.2);
    const kml = zones.features.map(({ geometry }) => {
      const [outer] = geometry.type === 'MultiPolygon' ? geometry.coordinates[0] : geometry.coordinates;
      return `<Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>${outer.map((p) => p.join()).join(' ')}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>`;
    });
    await choose('o-dat.kml', `<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>${kml.join('')}</Document></kml>`);
    await page.getByText('o-dat.kml: 3 vùng').waitFor();
    await measured(page);
    await agrees(page, overlaid(`SELECT NULL AS function, geom FROM urban_plan_zones WHERE number IN (${ids})`), 0.2);

    const [[commune, count]] = rows('SELECT ma_xa, count(*) FROM land_parcels GROUP BY 1 ORDER BY 2 DESC LIMIT 1');
    await page.getByText('Xã, phường', { exact: true }).first().click();
    await page.locator('.lay select').first().selectOption(commune);
    await page.waitForURL(new RegExp(`of=commune:${commune}`));
    await measured(page);
    const said = await panel(page).locator('.lay-table .tally').innerText();
    assert.ok(read(said.split('đối tượng')[0]) >= Number(count) * 0.9, said);
    await settled(page);
    await screenshot(page, 'planner-commune');
    assert.deepEqual(trouble, []);
    await close();
  });

  async function compared(size, name, rest = '') {
    const opened = await open(browser, host.url, `#way=planning&tool=compare&plan=urban_plan_zones:${zoning}&with=urban_plan_zones:${detailed}${rest}`, size);
    await opened.page.locator('.compare[aria-busy=false] .differences').waitFor();
    await settled(opened.page);
    await opened.page.waitForSelector('.map-twin[data-drawn=yes]', { timeout: 90_000, state: 'attached' });
    await screenshot(opened.page, name);
    return opened;
  }

  test('compares two plans of one place with the line between them', async () => {
    const { page, trouble, close } = await open(browser, host.url, `#way=planning&plan=urban_plan_zones:${zoning}`);
    await page.locator('.plan-record[aria-busy=false]').waitFor();
    await page.getByRole('button', { name: 'So sánh với đồ án khác' }).click();
    await page.getByLabel('Đồ án thứ hai').selectOption(`urban_plan_zones:${detailed}`);
    await page.locator('.compare[aria-busy=false] .differences').waitFor();
    await page.waitForURL(new RegExp(`tool=compare.*with=urban_plan_zones:${detailed}`));
    const truth = rows(`WITH pairs AS (SELECT a.chuc_nang AS before, b.chuc_nang AS after, ST_Area(ST_Intersection(a.geom, b.geom)) AS area
        FROM urban_plan_zones a JOIN urban_plan_zones b ON ST_Intersects(a.geom, b.geom) WHERE a.ma_ho_so_qh = '${zoning}' AND b.ma_ho_so_qh = '${detailed}')
      SELECT f, sum(area) FILTER (WHERE before = f), sum(area) FILTER (WHERE after = f) FROM (SELECT before AS f FROM pairs WHERE area >= 0.01 UNION SELECT after FROM pairs WHERE area >= 0.01) fs
        JOIN pairs ON (before = f OR after = f) AND area >= 0.01 GROUP BY 1`);
    const shown = await cells(page, '.differences tbody tr');
    assert.equal(shown.length, truth.length);
    for (const [code, from, to] of truth) {
      const row = shown.find((one) => one.class === code);
      near(row.before, from || 0);
      near(row.after, to || 0);
      near(row.gain, Number(to || 0) - Number(from || 0), 0.02);
    }
    await settled(page);
    await page.waitForSelector('.map-twin[data-drawn=yes]', { timeout: 90_000, state: 'attached' });
    await screenshot(page, 'planner-compare');

    const line = page.getByRole('slider', { name: /Đường chia/ });
    await line.focus();
    await page.keyboard.press('ArrowRight');
    assert.equal(await line.getAttribute('aria-valuenow'), '52');
    await page.keyboard.press('Home');
    assert.equal(await line.getAttribute('aria-valuenow'), '0');
    const box = await line.boundingBox();
    await page.mouse.move(box.x + 22, box.y + 400);
    await page.mouse.down();
    await page.mouse.move(1243, 400, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL(/swipe=80/);
    assert.equal(await line.getAttribute('aria-valuenow'), '80');
    const moved = await line.boundingBox();
    assert.ok(Math.abs(moved.x + 22 - 1243) < 2, String(moved.x));
    await page.getByText('Làm mờ', { exact: true }).click();
    await page.getByLabel('Độ đậm của đồ án thứ hai').fill('30');
    await page.waitForURL(/fade=30/);
    assert.equal(await page.locator('.map-twin').evaluate((twin) => getComputedStyle(twin).opacity), '0.3');
    await settled(page);
    await screenshot(page, 'planner-fade');
    assert.deepEqual(trouble, []);
    await close();
  });

  for (const [name, size, rest] of [
    ['on a laptop', DESKTOP, ''],
    ['in the dark', DESKTOP, '&dark=1'],
    ['on a phone', PHONE, ''],
  ]) {
    test(`axe finds nothing ${name}`, async () => {
      const short = name.split(' ').at(-1);
      const { page, trouble, close } = await compared(size, `planner-compare-${short}`, rest);
      assert.deepEqual(await violations(page), []);
      assert.equal(await wide(page), false);
      for (const [id, ready] of [['Đồ án', '.plan-record[aria-busy=false]'], ['Chồng xếp', '.lay']]) {
        await tool(page, id).click();
        await page.locator(ready).waitFor();
        if (id === 'Chồng xếp') {
          await page.locator('.lay select').first().selectOption(`urban_plan_zones:${detailed}`);
          await measured(page);
        }
        await settled(page);
        await screenshot(page, `planner-${id === 'Đồ án' ? 'record' : 'overlay'}-${short}`);
        assert.deepEqual(await violations(page), [], id);
        assert.equal(await wide(page), false, id);
      }
      assert.deepEqual(trouble, []);
      await close();
    });
  }
});
