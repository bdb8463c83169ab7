// The portal on a database: what officers change there is on the map and in the open card, by itself.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { drawn, launch, open, screenshot } from './browser.mjs';
import { installed, liveServer } from './database.mjs';

describe('the portal on a database', { skip: !installed && 'no PostgreSQL' }, () => {
  let host;
  let browser;
  before(async () => {
    host = await liveServer();
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await host?.stop();
  });

  /** Tiles the server was asked for; the map's worker asks for them, out of the page's sight. */
  const tilesAsked = async () => {
    const metrics = await (await fetch(`${host.url}/metrics`)).text();
    const counts = metrics.matchAll(/^diaba_http_requests_total\{route="\/tiles\/\{themes\}\/\{z\}.*\} (\d+)$/gm);
    return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
  };

  test('shows an edit in the open card and fetches again the tiles it touches, and no others', async () => {
    const { page, trouble, close } = await open(browser, host.url, '#map=17.00/21.273190/106.194690');
    await drawn(page);
    await page.getByRole('combobox').fill('07210/12/7');
    await page.keyboard.press('Enter');
    await page.locator('.card.open .code', { hasText: 'LUC' }).first().waitFor();
    await drawn(page);
    const before = await tilesAsked();
    host.sql("UPDATE diaba.land_parcels SET loai_dat = 'ONT'");
    await page.locator('.card.open .code', { hasText: 'ONT' }).first().waitFor({ timeout: 20_000 });
    let asked = 0;
    for (let tries = 0; asked === 0 && tries < 100; tries += 1) {
      await new Promise((later) => setTimeout(later, 200));
      asked = (await tilesAsked()) - before;
    }
    await drawn(page);
    assert.ok(asked > 0 && asked <= 8, `${asked} tiles`);
    await screenshot(page, 'live-edit');
    assert.deepEqual(trouble, []);
    await close();
  });

  test('says that the database is away, goes on, and says nothing once it is back', async () => {
    const { page, close } = await open(browser, host.url, '#map=17.00/21.273190/106.194690');
    await drawn(page);
    const badge = page.locator('[data-freshness]');
    assert.equal(await badge.count(), 0);
    host.pause();
    await page.locator('[data-freshness=stale]').waitFor({ timeout: 30_000 });
    await page.getByRole('combobox').fill('07210/12/7');
    await page.keyboard.press('Enter');
    await page.locator('.card.open').waitFor();
    await screenshot(page, 'live-stale');
    host.resume();
    await badge.waitFor({ state: 'detached', timeout: 30_000 });
    await close();
  });
});
