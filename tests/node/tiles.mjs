// Decodes every .mvt file under a folder laid out as z/x/y.mvt with @mapbox/vector-tile, feature by feature, and prints
// what it found as JSON: { "z/x/y": { layer: { features, ids, types, keys } } }. Anything a map could not draw ends it.
import assert from 'node:assert/strict';
import {readdirSync, readFileSync, statSync} from 'node:fs';
import {join, relative} from 'node:path';
import {VectorTile, classifyRings} from '@mapbox/vector-tile';
import {PbfReader} from 'pbf';

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

for (const file of files(folder)) {
    const address = relative(folder, file).replace(/\.mvt$/, '');
    const [z, x, y] = address.split('/').map(Number);
    const tile = new VectorTile(new PbfReader(readFileSync(file)));
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
