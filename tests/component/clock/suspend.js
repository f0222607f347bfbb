// SPDX-License-Identifier: Apache-2.0
// Node.js over a suspension of the machine; run by driver. Time goes on, time-outs stand still.
'use strict';
const { execFileSync } = require('child_process');
const http = require('http');
const readline = require('readline');
const { Worker } = require('worker_threads');

const SUSPEND = 3600, PENDING = 0.9;
let failures = 0;
const lines = readline.createInterface({ input: process.stdin });
const waiting = [];
lines.on('line', () => { const next = waiting.shift(); if (next) next(); });

const check = (held, name, seen) => {
  if (!held) failures++;
  console.log(held ? 'OK' : 'FAIL', name, seen);
};
const suspend = (after = 0) => new Promise((resolve) => {
  waiting.push(resolve);
  console.log('SUSPEND', SUSPEND, after);
});
const mono = () => Number(process.hrtime.bigint()) / 1e9;
const waits = {
  sleep: (s) => new Promise((resolve) => { setTimeout(resolve, s * 1000); }),
  interval: (s) => new Promise((resolve) => {
    const t = setInterval(() => { clearInterval(t); resolve(); }, s * 1000);
  }),
  atomics: (s) => new Promise((resolve) => {
    new Worker(`
      const { workerData } = require('worker_threads');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, workerData * 1000);`,
    { eval: true, workerData: s }).on('exit', resolve);
  }),
};

const waitsLast = async (phase) => {
  const jobs = Object.entries(waits).map(async ([name, wait]) => {
    const start = mono();
    await wait(PENDING);
    return [name, mono() - start];
  });
  await suspend(300);
  for (const [name, took] of await Promise.all(jobs)) {
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
  lines.close();
  process.exitCode = failures ? 1 : 0;
};
main();
