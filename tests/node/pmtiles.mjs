// Reads a PMTiles archive with npm's pmtiles, every tile of its box at every zoom, and prints what it found as JSON:
// { header, metadata, tiles: { "z/x/y": hex of the decompressed tile } }.
import {open} from 'node:fs/promises';
import {gunzipSync} from 'node:zlib';
import {PMTiles, tileIdToZxy} from 'pmtiles';

class NodeSource {
    constructor(file) { this.file = file; }
    getKey() { return 'archive'; }
    async getBytes(offset, length) {
        const data = Buffer.alloc(length);
        const {bytesRead} = await this.file.read(data, 0, length, offset);
        return {data: data.buffer.slice(data.byteOffset, data.byteOffset + bytesRead)};
    }
}

const file = await open(process.argv[2]);
const source = new NodeSource(file);
const archive = new PMTiles(source);
const header = await archive.getHeader();
const metadata = await archive.getMetadata();
const tiles = {};

// The directories say which tiles there are.
async function directory(offset, length) {
    const {data} = await source.getBytes(offset, length);
    const bytes = header.internalCompression === 2 ? gunzipSync(Buffer.from(data)) : Buffer.from(data);
    let at = 0;
    const varint = () => {
        let value = 0, scale = 1, byte;
        do { byte = bytes[at++]; value += (byte & 0x7f) * scale; scale *= 128; } while (byte & 0x80);
        return value;
    };
    const entries = Array.from({length: varint()}, () => ({}));
    let id = 0;
    for (const entry of entries) entry.id = id += varint();
    for (const entry of entries) entry.run = varint();
    for (const entry of entries) entry.length = varint();
    entries.forEach((entry, i) => {
        const value = varint();
        entry.offset = value === 0 && i > 0 ? entries[i - 1].offset + entries[i - 1].length : value - 1;
    });
    for (const entry of entries) {
        if (entry.run === 0) {
            await directory(header.leafDirectoryOffset + entry.offset, entry.length);
            continue;
        }
        for (let i = 0; i < entry.run; i++) {
            const [z, x, y] = tileIdToZxy(entry.id + i);
            const tile = await archive.getZxy(z, x, y);
            tiles[`${z}/${x}/${y}`] = Buffer.from(tile.data).toString('hex');
        }
    }
}
await directory(header.rootDirectoryOffset, header.rootDirectoryLength);
await file.close();
process.stdout.write(JSON.stringify({header, metadata, tiles}));
