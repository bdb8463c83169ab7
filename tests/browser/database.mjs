// A province of one parcel in a throw-away PostgreSQL with PostGIS, and the real server on it.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { programs } from './server.mjs';

/** Whether there is a PostgreSQL to try on. */
export const installed = existsSync('/usr/bin/pg_virtualenv');

const SQUARE = 'POLYGON((416226 2353402,416246 2353402,416246 2353422,416226 2353422,416226 2353402))';

/** A cluster that goes when its standard input is closed; what psql is told by. */
export async function cluster() {
  const child = spawn('pg_virtualenv', ['-t', '-v', '15', 'sh', '-c', 'env | grep ^PG; echo ready; exec cat >/dev/null'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const env = { ...process.env };
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'ready') break;
    const [, name, value] = line.match(/^(PG\w+)=(.*)$/) ?? [];
    if (name) env[name] = value;
  }
  const ended = new Promise((done) => child.once('exit', done));
  return { env, stop: () => (child.stdin.end(), ended) };
}

/**
 * `{ url, sql, key, stop, pause, resume }`: the server, its database, a key to edit with where `editing` is on, and ways
 * to take the database away and bring it back. `fill` is SQL that is run before the server starts, `options` its further options.
 */
export async function liveServer({ editing = false, fill = '', options = [] } = {}) {
  const { env, stop: stopCluster } = await cluster();
  const psql = (database, text) => execFileSync('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', database, '-c', text], { env, encoding: 'utf8' }).trim();
  psql('postgres', 'CREATE DATABASE diaba_browser');
  const sql = (text) => psql('diaba_browser', text);
  sql('CREATE EXTENSION postgis');
  const database = `postgres://${env.PGUSER}:${env.PGPASSWORD}@${env.PGHOST}:${env.PGPORT}/diaba_browser`;
  const { diaba } = programs();
  execFileSync(diaba, ['migrate', '--database', database], { stdio: 'ignore' });
  sql(`INSERT INTO diaba.land_parcels (ma_xa, so_to, so_thua, loai_dat, dien_tich, geom)
       VALUES ('07210', '12', '7', 'LUC', 400, ST_Multi(ST_GeomFromText('${SQUARE}', 9214)))`);
  if (fill) sql(fill);
  const key = editing ? execFileSync(diaba, ['key', 'add', 'Phòng Trồng trọt', '--database', database], { encoding: 'utf8' }).trim().split(/\s+/).at(-1) : null;
  const cache = mkdtempSync(join(tmpdir(), 'diaba-live-'));
  const child = spawn(diaba, ['serve', '--database', database, '--cache', cache, '--listen', '127.0.0.1:0', ...(editing ? ['--editing'] : []), ...options], { stdio: ['ignore', 'pipe', 'ignore'] });
  const url = await new Promise((found, failed) => {
    child.once('exit', (code) => failed(new Error(`diaba serve ended with ${code}`)));
    createInterface({ input: child.stdout }).once('line', found);
  });
  const stop = async () => {
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await ended;
    rmSync(cache, { recursive: true, force: true });
    await stopCluster();
  };
  // Nobody may connect and nobody is connected: to the server that is a database that is down.
  const pause = () => psql('postgres', "ALTER DATABASE diaba_browser ALLOW_CONNECTIONS false; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'diaba_browser'");
  const resume = () => psql('postgres', 'ALTER DATABASE diaba_browser ALLOW_CONNECTIONS true');
  return { url, sql, key, stop, pause, resume };
}
