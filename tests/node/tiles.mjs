// Decodes every .mvt file under a folder laid out as z/x/y.mvt with @mapbox/vector-tile, feature by feature, and prints
// what it found as JSON: { "z/x/y": { layer: { features, ids, types, keys } } }. Anything a map could not draw ends it, and
// so does a .mlt file beside one in which @maplibre/mlt reads anything else.
import assert from 'node:assert/strict';
import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs';
import {register} from 'node:module';
import {join, relative} from 'node:path';
import {VectorTile, classifyRings} from '@mapbox/vector-tile';
import {PbfReader} from 'pbf';

register('./extensions.mjs', import.meta.url);
const {decodeTile} = await import('@maplibre/mlt');

const POLYGON = 3;
const folder = process.argv[2];
const found = {};

function* files(path) {
    for (const name of readdirSync(path).sort()) {
        const inner = join(path, name);
        if (statSync(inner).isDirectory()) yield* files(inner);
        else if (name.endsWith('.mvt')) yield inner;
    }
}

function checkFeature(feature, where) {
    const rings = feature.loadGeometry();
    assert(rings.length > 0, `${where} has no geometry`);
    assert(feature.type >= 1 && feature.type <= POLYGON, `${where} has the type ${feature.type}`);
    if (feature.type === POLYGON) {
        for (const ring of rings) {
            assert(ring.length >= 4, `${where} has a ring of ${ring.length} points`);
            assert(ring[0].equals(ring[ring.length - 1]), `${where} has an open ring`);
        }
        assert(classifyRings(rings).length > 0, `${where} has no outer ring`);
    }
    for (const [key, value] of Object.entries(feature.properties)) {
        assert(['string', 'number', 'boolean'].includes(typeof value), `${where}: ${key} is ${typeof value}`);
    }
}

const places = (rings) => rings.map((ring) => ring.map(({x, y}) => [x, y]));

// Whether the MapLibre Tile says what the layers say, feature by feature.
function checkColumns(layers, bytes, where) {
    const tables = decodeTile(bytes);
    assert.deepEqual(tables.map((table) => table.name), Object.keys(layers), where);
    for (const table of tables) {
        const layer = layers[table.name];
        assert.equal(table.extent, layer.extent, `${where} ${table.name}`);
        const features = table.getFeatures();
        assert.equal(features.length, layer.length, `${where} ${table.name}`);
        for (const [i, columns] of features.entries()) {
            const rows = layer.feature(i);
            const at = `${where} ${table.name} feature ${i}`;
            assert.equal(Number(columns.id), rows.id, at);
            assert.deepEqual(places(columns.geometry.coordinates), places(rows.loadGeometry()), at);
            const said = Object.entries(columns.properties).filter(([, value]) => value !== null && value !== undefined);
            const plain = said.map(([key, value]) => [key, typeof value === 'bigint' ? Number(value) : value]);
            assert.deepEqual(Object.fromEntries(plain), {...rows.properties}, at);
        }
    }
}

for (const file of files(folder)) {
    const address = relative(folder, file).replace(/\.mvt$/, '');
    const [z, x, y] = address.split('/').map(Number);
    const tile = new VectorTile(new PbfReader(readFileSync(file)));
    const columns = file.replace(/\.mvt$/, '.mlt');
    if (existsSync(columns)) checkColumns(tile.layers, readFileSync(columns), address);
    const layers = (found[address] = {});
    for (const [name, layer] of Object.entries(tile.layers)) {
        assert.equal(layer.version, 2, `${address} ${name} is of version ${layer.version}`);
        const summary = (layers[name] = {extent: layer.extent, features: layer.length, ids: [], types: {}, keys: {}});
        for (let i = 0; i < layer.length; i++) {
            const feature = layer.feature(i);
            checkFeature(feature, `${address} ${name} feature ${i}`);
            feature.toGeoJSON(x, y, z);
            if (feature.id !== undefined) summary.ids.push(feature.id);
            summary.types[feature.type] = (summary.types[feature.type] ?? 0) + 1;
            for (const key of Object.keys(feature.properties)) summary.keys[key] = (summary.keys[key] ?? 0) + 1;
        }
    }
}
process.stdout.write(JSON.stringify(found));
