// The land officer's story: finds a parcel, opens its sheet, reads what touches it, and takes the extract along. The
// numbers on the sheet are those PostGIS constructs of the same records.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { DESKTOP, PHONE, drawn, launch, open, screenshot } from './browser.mjs';
import { cluster, installed } from './database.mjs';
import { server } from './server.mjs';

let host;
let browser;
let database;
let parcel;

const get = async (path) => (await fetch(host.url + path, { headers: { accept: 'application/json, application/geo+json' } })).json();
const sql = (text) => execFileSync('psql', ['-X', '-q', '-A', '-t', '-F', '|', '-v', 'ON_ERROR_STOP=1', '-c', text], { env: database.env, encoding: 'utf8' }).trim();

/** Loads the legal record of a theme as it lies in the store, to the last bit; numbers of features have up to 16 digits. */
function load(theme) {
  const file = host.surveyed(theme);
  const sql = `SELECT *, CAST(id AS bigint) AS number FROM "${theme}"`;
  execFileSync('ogr2ogr', ['-f', 'PostgreSQL', 'PG:', '-nln', theme, '-nlt', 'GEOMETRY', '-lco', 'GEOMETRY_NAME=geom', '-lco', 'FID=row', '-sql', sql, file], { env: database.env });
}

/** A parcel that several zones of a plan cut. */
async function cutParcel() {
  const rows = sql(`SELECT p.number FROM land_parcels p JOIN urban_plan_zones z ON ST_Intersects(p.geom, z.geom)
    WHERE NOT ST_Covers(z.geom, p.geom) AND ST_NPoints(p.geom) < 20 GROUP BY p.number HAVING count(*) BETWEEN 3 AND 6 ORDER BY p.number LIMIT 1`);
  return get(`/collections/land_parcels/items/${rows}`);
}

describe('the land officer', { skip: !installed || Boolean(process.env.DIABA_URL) }, () => {
  before(async () => {
    host = await server();
    browser = await launch();
    database = await cluster();
    sql('CREATE EXTENSION IF NOT EXISTS postgis');
    for (const theme of ['land_parcels', 'urban_plan_zones']) load(theme);
    parcel = await cutParcel();
  });
  after(async () => {
    await browser?.close();
    await database?.stop();
    await host?.stop();
  });

  async function sheet(size, name) {
    const { page, trouble, close } = await open(browser, host.url, '', size);
    await drawn(page);
    const { ma_xa: commune, so_to: map, so_thua: number } = parcel.properties;
    await page.getByRole('combobox').first().fill(`${commune}/${map}/${number}`);
    await page.keyboard.press('Enter');
    const toggle = page.locator(`[aria-controls="card-land_parcels-${parcel.id}"]`);
    await toggle.waitFor();
    if ((await toggle.getAttribute('aria-expanded')) === 'false') await toggle.click();
    const extract = page.locator(`#card-land_parcels-${parcel.id} .extract[aria-busy=false]`);
    await extract.waitFor();
    await extract.scrollIntoViewIfNeeded();
    await screenshot(page, name);
    return { page, trouble, close, extract };
  }

  test('reads on the sheet what PostGIS constructs', async () => {
    const { page, trouble, close, extract } = await sheet(DESKTOP, 'officer-desktop');
    const shown = await extract.locator('[data-theme=urban_plan_zones] tr[data-feature]').evaluateAll((rows) =>
      rows.map((row) => ({ id: row.dataset.feature, area: Number(row.dataset.area), said: row.querySelector('.number').textContent })),
    );
    const truth = sql(`SELECT z.number, ST_Area(ST_Intersection(p.geom, z.geom)) FROM land_parcels p JOIN urban_plan_zones z
      ON ST_Intersects(p.geom, z.geom) WHERE p.number = ${parcel.id} AND ST_Area(ST_Intersection(p.geom, z.geom)) >= 0.01`);
    const expected = new Map(truth.split('\n').map((line) => line.split('|')));
    assert.equal(shown.length, expected.size);
    for (const { id, area, said } of shown) {
      assert.ok(Math.abs(area - Number(expected.get(id))) < 0.01, `${id}: ${area} ${expected.get(id)}`);
      const read = Number(said.replace(/ (m²|ha)$/, '').replaceAll('.', '').replace(',', '.'));
      assert.ok(Math.abs((said.endsWith('ha') ? read * 10000 : read) - area) <= (said.endsWith('ha') ? 51 : 0.051), said);
    }
    await extract.getByText(/Tọa độ các đỉnh/).click();
    const [x] = await extract.locator('details table tbody tr').first().locator('.number').allTextContents();
    assert.match(x, /^2\.3\d\d\.\d{3},\d{3}$/);
    await screenshot(page, 'officer-corners');
    const link = await extract.getByText('Bản trích PDF').getAttribute('href');
    const pdf = await fetch(host.url + link);
    assert.equal(pdf.headers.get('content-type'), 'application/pdf');
    assert.deepEqual(trouble, []);
    await close();
  });

  test('reads it in the field, on a phone', async () => {
    const { page, trouble, close, extract } = await sheet(PHONE, 'officer-phone');
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    assert.equal(wide, false);
    assert.match(await extract.innerText(), /Những gì chạm thửa đất/);
    assert.deepEqual(trouble, []);
    await close();
  });
});
