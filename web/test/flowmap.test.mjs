// The CSV files for flow maps, taken in by the data module of flowmap.gl as flowmap.blue does.
import { build } from "esbuild";
import assert from "node:assert/strict";
import test from "node:test";
import { pathToFileURL } from "node:url";
import { folder } from "./browser.mjs";
import { rows } from "./csv.mjs";

/** The module has no entry for Node (its imports have no extensions): bundled, it is the same code. */
async function flowmapData() {
  const outfile = folder("flowmap-data.mjs");
  await build({
    stdin: { contents: 'export { LocalFlowmapDataProvider } from "@flowmap.gl/data"', resolveDir: import.meta.dirname },
    bundle: true, format: "esm", outfile, logLevel: "silent", define: { "process.env.NODE_ENV": '"production"' },
  });
  return import(pathToFileURL(outfile).href);
}

test("flowmap.gl takes in every place and line, and its totals are those of the file", async () => {
  const { LocalFlowmapDataProvider } = await flowmapData();
  const places = rows("demo", "flowmap/locations");
  assert.deepEqual(Object.keys(places[0]), ["id", "name", "lat", "lon"], "flowmap.blue reads them by position");
  const locations = places.map((own) => ({ ...own, lat: +own.lat, lon: +own.lon }));
  const flows = rows("demo", "flowmap/flows").map((own) => ({ ...own, count: +own.count, time: new Date(own.time) }));
  assert.ok(locations.length > 1 && flows.length > 0);

  const provider = new LocalFlowmapDataProvider({
    getLocationId: (own) => own.id, getLocationName: (own) => own.name,
    getLocationLat: (own) => own.lat, getLocationLon: (own) => own.lon,
    getFlowOriginId: (own) => own.origin, getFlowDestId: (own) => own.dest,
    getFlowMagnitude: (own) => own.count, getFlowTime: (own) => own.time,
  });
  provider.setFlowmapData({ locations, flows });
  const viewport = await provider.getViewportForLocations([1000, 800]);
  await provider.setFlowmapState({
    viewport: { ...viewport, width: 1000, height: 800, pitch: 0, bearing: 0 },
    settings: {
      fadeEnabled: false, fadeOpacityEnabled: false, locationsEnabled: true, locationTotalsEnabled: true,
      locationLabelsEnabled: false, adaptiveScalesEnabled: false, clusteringEnabled: false, clusteringAuto: false,
      darkMode: false, fadeAmount: 0, colorScheme: "Teal", highlightColor: "orange", maxTopFlowsDisplayNum: 5000,
      flowEndpointsInViewportMode: "any", flowLineThicknessScale: 1, flowLinesRenderingMode: "straight",
    },
  });
  // It keeps the places that a line ends at: all of them must be places of the file.
  const ends = [...new Set(flows.flatMap((own) => [own.origin, own.dest]))].sort();
  assert.deepEqual([...provider.getLocationsById().keys()].sort(), ends);
  const between = flows.filter((own) => own.origin !== own.dest);
  const drawn = provider.getFlowsForFlowmapLayer();
  const pairs = (all) => all.map((own) => `${own.origin}>${own.dest}:${own.count}`).sort();
  assert.deepEqual(pairs(drawn.filter((own) => own.origin !== own.dest)), pairs(between));
  for (const { id } of locations) {
    const sum = (end) => between.filter((own) => own[end] === id).reduce((all, own) => all + own.count, 0);
    const totals = provider.getLocationTotals().get(id);
    assert.deepEqual([totals?.incomingCount ?? 0, totals?.outgoingCount ?? 0], [sum("dest"), sum("origin")], id);
  }
  const layers = await provider.getLayersData();
  assert.equal(layers.lineAttributes.length, drawn.length);
});
