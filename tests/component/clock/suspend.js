// SPDX-License-Identifier: Apache-2.0
// Node.js over a suspension of the machine; run by driver. Time goes on, time-outs stand still.
'use strict';
const { execFileSync } = require('child_process');
const http = require('http');
const { check, ask, end, mono, allWaits } = require('./probe.js');

const SUSPEND = 3600, PENDING = 0.9;
const suspend = (after = 0) => ask('SUSPEND', SUSPEND, after);

const waitsLast = async (phase) => {
  for (const [name, took] of await allWaits(PENDING, () => suspend(300))) {
    check(took >= PENDING - 0.01 && took < PENDING + 5, `${phase}-${name}`, took);
  }
};

const heldReply = async () => {
  const server = http.createServer((_, reply) => {
    reply.writeHead(200, { 'Content-Length': 2 });
    reply.write('{');
    setTimeout(() => reply.end('}'), PENDING * 1000);
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const url = `http://127.0.0.1:${server.address().port}/`;
  const asked = new Promise((resolve) => {
    const request = http.get(url, { timeout: 5000 }, (reply) => {
      reply.resume();
      reply.on('end', () => resolve(reply.statusCode));
    });
    request.on('timeout', () => resolve('timeout'));
    request.on('error', resolve);
  });
  const fetched = fetch(url, { signal: AbortSignal.timeout(5000) })
    .then(async (r) => (await r.text()) && r.status).catch((e) => e.name);
  await suspend(300);
  check(await asked === 200, 'held-reply', await asked);
  check(await fetched === 200, 'held-fetch', await fetched);
  server.close();
};

const main = async () => {
  const wall = Date.now(), before = mono(), perf = performance.now();
  await suspend();
  const gone = (Date.now() - wall) / 1000;
  check(gone >= SUSPEND - 1 && gone < SUSPEND + 5, 'wall', gone);
  check(mono() - before < 5, 'monotonic', mono() - before);
  check(performance.now() - perf < 5000, 'performance', performance.now() - perf);
  const child = Number(execFileSync(process.execPath, ['-p', 'Date.now()']));
  check(Math.abs(Date.now() - child) < 5000, 'child', child);
  await waitsLast('first');
  await waitsLast('again');
  await heldReply();
  end();
};
main();
