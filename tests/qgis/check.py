"""Opens a served sample with PyQGIS: each collection as an OAPIF layer, the parcels' tiles as a vector-tile layer."""

import json
import sys
import traceback
import urllib.request

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsDataSourceUri,
    QgsFeatureRequest,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

address, picture = sys.argv[1:3]
WEB_MERCATOR = QgsCoordinateReferenceSystem("EPSG:3857")
LON_LAT = QgsCoordinateReferenceSystem("EPSG:4326")


def served(path):
    with urllib.request.urlopen(address + path) as answer:
        return json.load(answer)


def oapif(collection):
    uri = QgsDataSourceUri()
    uri.setParam("url", address)
    uri.setParam("typename", collection)
    uri.setParam("pagingEnabled", "true")
    return QgsVectorLayer(uri.uri(False), collection, "OAPIF")


def vector_tiles(theme, zooms):
    source = f"type=xyz&url={address}/tiles/{theme}/{{z}}/{{x}}/{{y}}.mvt&zmin={zooms['min']}&zmax={zooms['max']}"
    return QgsVectorTileLayer(source, theme)


def render(layers, extent, size=512):
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(WEB_MERCATOR)
    settings.setBackgroundColor(QColor("white"))
    settings.setOutputSize(QSize(size, size))
    settings.setExtent(extent)
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    return job.renderedImage()


def share_drawn(image):
    white = QColor("white").rgb()
    step = 4
    pixels = [(x, y) for x in range(0, image.width(), step) for y in range(0, image.height(), step)]
    return sum(image.pixel(x, y) != white for x, y in pixels) / len(pixels)


def mercator_box(bounds, part=1.0):
    """The box (west, south, east, north in degrees) in Web Mercator, its sides shrunk to `part` about its middle."""
    box = QgsCoordinateTransform(LON_LAT, WEB_MERCATOR, QgsProject.instance()).transform(QgsRectangle(*bounds))
    box.scale(part)
    return box


def every_collection_opens_with_all_its_features(theme):
    layer = oapif(theme["id"])
    assert layer.isValid(), layer.error().summary()
    names = {field.name() for field in layer.fields()}
    features = list(layer.getFeatures())
    assert len(features) == theme["count"], f"{len(features)} features, served {theme['count']}"
    assert all(feature.hasGeometry() and not feature.geometry().isEmpty() for feature in features)
    missing = {field["name"] for field in theme["fields"] if field.get("tile")} - names
    # A field that is empty in every feature of the first page is not known to QGIS.
    assert not missing or len(missing) < len(names), f"fields missing: {missing}, there: {names}"


def a_box_asks_for_part_of_the_parcels(theme):
    layer = oapif(theme["id"])
    west, south, east, north = theme["bounds"]
    middle = QgsRectangle(
        west + (east - west) * 0.4, south + (north - south) * 0.4,
        west + (east - west) * 0.6, south + (north - south) * 0.6,
    )
    part = sum(1 for _ in layer.getFeatures(QgsFeatureRequest(middle)))
    assert 0 < part < theme["count"], f"{part} of {theme['count']}"


def the_tiles_draw(theme):
    layer = vector_tiles(theme["id"], theme["zooms"])
    assert layer.isValid(), layer.error().summary()
    image = render([layer], mercator_box(theme["bounds"], 0.2), 1024)
    assert share_drawn(image) > 0.3, f"only {share_drawn(image):.0%} of the picture is drawn"
    assert image.save(picture), picture


def the_generalised_tiles_draw(theme):
    layer = vector_tiles(theme["id"], theme["zooms"])
    box = mercator_box(theme["bounds"], 4.0)
    assert share_drawn(render([layer], box, 256)) > 0.01


themes = served("/themes")
parcels = next(theme for theme in themes if theme["id"] == "land_parcels")
checks = [(f"{t['id']} as OAPIF", every_collection_opens_with_all_its_features, t) for t in themes if t["count"]]
checks += [
    ("parcels in a box", a_box_asks_for_part_of_the_parcels, parcels),
    ("parcels as vector tiles", the_tiles_draw, parcels),
    ("parcels generalised", the_generalised_tiles_draw, parcels),
]

application = QgsApplication([], False)
application.initQgis()
failed = 0
for name, check, theme in checks:
    try:
        check(theme)
        print(f"ok      {name}", flush=True)
    except Exception:
        failed += 1
        print(f"FAILED  {name}\n{traceback.format_exc()}", flush=True)
application.exitQgis()
print(f"{len(checks) - failed} passed, {failed} failed")
sys.exit(1 if failed else 0)
