// The server the portal is tried on: the one DIABA_URL names, or the real programs on a small synthetic province.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const PARCELS = process.env.DIABA_BROWSER_PARCELS ?? '20000';

/** Paths of the programs, built from the sources as they are; `DIABA_BIN_DIR` names built ones. */
export function programs() {
  const names = ['diaba', 'diaba-import', 'diaba-samples'];
  const folder = process.env.DIABA_BIN_DIR;
  if (folder) return Object.fromEntries(names.map((name) => [name, join(folder, name)]));
  const packages = ['diaba-server', 'diaba-importers', 'diaba-samples'].flatMap((name) => ['-p', name]);
  const said = execFileSync('cargo', ['build', '--locked', '--quiet', '--bins', '--message-format=json', ...packages], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const built = said
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line).executable)
    .filter(Boolean);
  return Object.fromEntries(built.map((path) => [basename(path), path]));
}

/** Makes the province, imports every theme of it and starts the server on a free port. */
async function ownServer() {
  const bin = programs();
  const folder = mkdtempSync(join(tmpdir(), 'diaba-browser-'));
  const files = join(folder, 'files');
  const store = join(folder, 'store');
  execFileSync(bin['diaba-samples'], ['--parcels', PARCELS, '--out', files], { stdio: 'inherit' });
  for (const file of readdirSync(files).filter((name) => name.endsWith('.fgb'))) {
    const theme = basename(file, '.fgb');
    execFileSync(bin['diaba-import'], [join(files, file), '--theme', theme, '--data', store, '--dataset', 'tong-hop'], { stdio: 'ignore' });
  }
  const child = spawn(bin.diaba, ['serve', '--data', store, '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const url = await new Promise((found, failed) => {
    child.once('exit', (code) => failed(new Error(`diaba serve ended with ${code}`)));
    createInterface({ input: child.stdout }).once('line', (line) => found(line.match(/https?:\/\/\S+/)?.[0] ?? line));
  });
  const stop = async () => {
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  /** The legal record of a theme, as the store keeps it. */
  const surveyed = (theme) => join(store, theme, 'tong-hop', 'r000001', 'surveyed.fgb');
  return { url: url.replace(/\/$/, ''), stop, surveyed };
}

/** `{ url, stop }` of the server to try. */
export async function server() {
  const given = process.env.DIABA_URL?.replace(/\/$/, '');
  return given ? { url: given, stop: async () => undefined } : ownServer();
}
