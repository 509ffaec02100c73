// SPDX-License-Identifier: GPL-2.0-or-later
// A collector that is not ours: OpenTelemetry's own decoder takes what lbd-push sends.
//   node peer.js PORT FILE   keeps in FILE what came last of each instance, as take.py does; ends with
//                            a message when something cannot be decoded, or has a field that is unknown
'use strict';
const fs = require('fs');
const http = require('http');
const zlib = require('zlib');
const { createRequire } = require('module');

// The packages are where npm was told to put them, which is not beside this file.
const load = createRequire(process.cwd() + '/');
const root = load('@opentelemetry/otlp-transformer/build/src/generated/root').opentelemetry.proto;
const Request = root.collector.metrics.v1.ExportMetricsServiceRequest;
const last = {};

const pairs = (attributes) => attributes.map((each) => [each.key, each.value.stringValue]).sort();
const number = (value) => (typeof value === 'number' ? value : value.toString());

function add(points, name, labels, value) {
  points[JSON.stringify([name, labels.sort()])] = value;
}

function addHistogram(points, name, point) {
  const labels = pairs(point.attributes);
  let total = 0n;
  point.bucketCounts.forEach((count, i) => {
    const bound = i < point.explicitBounds.length ? point.explicitBounds[i] : '+Inf';
    // As C and Python write it: 1.0, 7.62939453125e-06.
    const text = bound === '+Inf' ? bound : Number.isInteger(bound) ? bound + '.0'
      : bound < 1e-4 ? bound.toExponential().replace(/e-(\d)$/, 'e-0$1') : String(bound);
    total += BigInt(count.toString());
    add(points, name + '_bucket', labels.concat([['le', text]]), total.toString());
  });
  add(points, name + '_count', labels, number(point.count));
  add(points, name + '_sum', labels, point.sum);
}

// Only what is the same in both kinds: how many, and their sum.
function addExponential(points, name, point) {
  const labels = pairs(point.attributes);
  const counts = point.positive.bucketCounts.map((count) => BigInt(count.toString()));
  const total = counts.reduce((sum, count) => sum + count, BigInt(point.zeroCount.toString()));
  if (point.scale !== 2) throw new Error(name + ' has another scale');
  add(points, name + '_count', labels, total.toString());
  add(points, name + '_sum', labels, point.sum);
}

function addMetric(points, metric) {
  const data = metric.gauge || metric.sum || metric.histogram || metric.exponentialHistogram;
  if (metric.sum && !(metric.sum.isMonotonic && metric.sum.aggregationTemporality === 2)) {
    throw new Error(metric.name + ' is no cumulative monotonic sum');
  }
  let time;
  for (const point of data.dataPoints) {
    time = point.timeUnixNano.toString();
    if (metric.exponentialHistogram) addExponential(points, metric.name, point);
    else if (metric.histogram) addHistogram(points, metric.name, point);
    else add(points, metric.name, pairs(point.attributes), number(point.asInt ?? point.asDouble));
  }
  return time;
}

function take(headers, body) {
  if (headers['content-type'] !== 'application/x-protobuf') throw new Error('content-type');
  const bytes = zlib.gunzipSync(body);
  const request = Request.decode(bytes);
  const wrong = Request.verify(request);
  if (wrong) throw new Error(wrong);
  // The decoder passes over what it does not know: then this would be shorter.
  if (Request.encode(request).finish().length !== bytes.length) throw new Error('unknown fields');
  for (const resource of request.resourceMetrics) {
    const attributes = Object.fromEntries(pairs(resource.resource.attributes));
    const one = last[attributes['service.instance.id']] ??= { requests: 0 };
    one.requests++;
    one.resource = attributes;
    for (const scope of resource.scopeMetrics) {
      for (const metric of scope.metrics) {
        const points = {};
        const time = addMetric(points, metric);
        // A round may be several requests: `points` is the last one that is whole.
        if (one.time !== time) Object.assign(one, { time, points: one.growing, growing: {} });
        Object.assign(one.growing, points);
      }
    }
  }
}

const server = http.createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    try {
      take(request.headers, Buffer.concat(parts));
    } catch (error) {
      console.error(error.stack);
      process.exit(1);
    }
    fs.writeFileSync(process.argv[3] + '.new', JSON.stringify(last));
    fs.renameSync(process.argv[3] + '.new', process.argv[3]);
    response.setHeader('Content-Type', 'application/x-protobuf');
    response.end();
  });
});
server.listen(Number(process.argv[2]), '127.0.0.1', () => console.log(server.address().port));
