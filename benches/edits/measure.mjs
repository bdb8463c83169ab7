// Makes edits with psql and waits until they are in the tile, in items and on the event stream, while tiles are loaded.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const [base, edits] = [process.argv[2].replace(/\/$/, ''), Number(process.argv[3])];
const LOAD = 50;
const PATIENCE = 10_000;

const json = async (path) => (await fetch(base + path, { headers: { accept: 'application/json, application/geo+json' } })).json();

function tile([lon, lat], z) {
  const n = 2 ** z;
  const rad = (lat * Math.PI) / 180;
  const y = (1 - Math.asinh(Math.tan(rad)) / Math.PI) / 2;
  return `/tiles/land_parcels/${z}/${Math.floor(((lon + 180) / 360) * n)}/${Math.floor(y * n)}.mvt`;
}

/** Parcels from all over the layer, with a corner of each. */
async function parcels(count) {
  const { land_parcels } = Object.fromEntries((await json('/themes')).map((theme) => [theme.id, theme]));
  const [w, s, e, n] = land_parcels.bounds;
  const found = [];
  while (found.length < count) {
    const [lon, lat] = [w + Math.random() * (e - w), s + Math.random() * (n - s)];
    const page = await json(`/collections/land_parcels/items?limit=20&bbox=${lon},${lat},${lon + 0.004},${lat + 0.004}`);
    for (const f of page.features) {
      const corner = f.geometry.type === 'MultiPolygon' ? f.geometry.coordinates[0][0][0] : f.geometry.coordinates[0][0];
      found.push({ id: f.id, corner, use: f.properties.loai_dat });
    }
  }
  return found;
}

/** Statements one after another in one psql. */
function database() {
  const psql = spawn('psql', ['-qXAt', '-v', 'ON_ERROR_STOP=1'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: psql.stdout })[Symbol.asyncIterator]();
  return {
    run: async (sql) => {
      psql.stdin.write(`${sql};\n\\echo done\n`);
      await lines.next();
    },
    end: () => psql.stdin.end(),
  };
}

/** When each feature was last named on the event stream. */
async function events(heard, signal) {
  const answer = await fetch(`${base}/events?themes=land_parcels`, { signal, headers: { accept: 'text/event-stream' } });
  const decoder = new TextDecoder();
  for await (const piece of answer.body) {
    const now = performance.now();
    for (const [id] of decoder.decode(piece, { stream: true }).matchAll(/\b\d{6,16}\b/g)) heard.set(Number(id), now);
  }
}

const until = async (check) => {
  const end = performance.now() + PATIENCE;
  while (performance.now() < end) {
    if (await check()) return performance.now();
    await sleep(2);
  }
  throw new Error('an edit was not seen in time');
};

const quantile = (values, q) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))];

const some = await parcels(edits + 600);
const loaded = [...new Set(some.slice(edits).flatMap((p) => [14, 15, 16].map((z) => tile(p.corner, z))))];
for (const path of loaded) await (await fetch(base + path)).arrayBuffer();

const stop = new AbortController();
const heard = new Map();
events(heard, stop.signal).catch((error) => stop.signal.aborted || console.error(error));
const db = database();
const times = [];
const tags = new Map();
const load = { asked: 0, same: 0 };
const ticking = setInterval(async () => {
  const path = loaded[Math.floor(Math.random() * loaded.length)];
  const began = performance.now();
  const answer = await fetch(base + path);
  await answer.arrayBuffer();
  times.push(performance.now() - began);
  load.asked += 1;
  if (!tags.has(path) || tags.get(path) === answer.headers.get('etag')) load.same += 1;
  tags.set(path, answer.headers.get('etag'));
}, 1000 / LOAD);
await sleep(2000);

const seen = { tile: [], items: [], events: [] };
for (const { id, corner, use } of some.slice(0, edits)) {
  const path = tile(corner, 16);
  const before = (await fetch(base + path)).headers.get('etag');
  const other = use === 'LUC' ? 'CLN' : 'LUC';
  heard.delete(id);
  const began = performance.now();
  await db.run(`UPDATE diaba.land_parcels SET loai_dat = '${other}' WHERE id = ${id}`);
  const [inTile, inItems, inEvents] = await Promise.all([
    until(async () => (await fetch(base + path, { method: 'HEAD' })).headers.get('etag') !== before),
    until(async () => (await json(`/collections/land_parcels/items/${id}`)).properties.loai_dat === other),
    until(() => heard.has(id)),
  ]);
  seen.tile.push(inTile - began);
  seen.items.push(inItems - began);
  seen.events.push(Math.max(0, heard.get(id) - began));
}
clearInterval(ticking);
stop.abort();
db.end();

console.log('| from the UPDATE to | p50, ms | p99, ms | max, ms |\n|---|---|---|---|');
for (const [what, values] of Object.entries(seen)) {
  console.log(`| ${what} | ${quantile(values, 0.5).toFixed(1)} | ${quantile(values, 0.99).toFixed(1)} | ${Math.max(...values).toFixed(1)} |`);
}
console.log(`\n${edits} edits on ${some.length} parcels from all over the layer; beside them ${load.asked} tiles at ${LOAD} a second, `
  + `p50 ${quantile(times, 0.5).toFixed(1)} ms, p99 ${quantile(times, 0.99).toFixed(1)} ms; ${load.same} of them with the ETag they had before.`);
const metrics = await (await fetch(`${base}/metrics`)).text();
console.log(`\n\`\`\`\n${metrics.split('\n').filter((line) => /^diaba_tile/.test(line) && !/bucket|quantile/.test(line)).join('\n')}\n\`\`\``);
process.exit(0);
