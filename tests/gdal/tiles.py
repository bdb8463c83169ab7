"""Opens every .mvt file under a folder laid out as z/x/y.mvt with GDAL's MVT driver, reads every feature and prints how
many each layer has as JSON: {"z/x/y": {layer: features}}. An error or a warning of GDAL ends it."""

import json
import pathlib
import sys

from osgeo import gdal, ogr

gdal.UseExceptions()
ogr.UseExceptions()
complaints = []
gdal.PushErrorHandler(lambda level, number, message: complaints.append(message) if level >= gdal.CE_Warning else None)

folder = pathlib.Path(sys.argv[1])
found = {}
for file in sorted(folder.glob("*/*/*.mvt")):
    z, x, y = file.relative_to(folder).with_suffix("").parts
    address = f"{z}/{x}/{y}"
    if file.stat().st_size == 0:
        found[address] = {}
        continue
    options = [f"Z={z}", f"X={x}", f"Y={y}", "CLIP=NO"]
    tile = gdal.OpenEx(str(file), gdal.OF_VECTOR, allowed_drivers=["MVT"], open_options=options)
    layers = {}
    for index in range(tile.GetLayerCount()):
        layer = tile.GetLayer(index)
        count = 0
        for feature in layer:
            geometry = feature.GetGeometryRef()
            assert geometry is not None and not geometry.IsEmpty(), f"{address} {layer.GetName()}: empty geometry"
            count += 1
        layers[layer.GetName()] = count
    found[address] = layers
    assert not complaints, f"{address}: {complaints}"
json.dump(found, sys.stdout)
