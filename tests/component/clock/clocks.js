// SPDX-License-Identifier: Apache-2.0
// Node.js under the virtual clock; run by driver.
'use strict';
const { execFileSync } = require('child_process');
const { Worker, isMainThread } = require('worker_threads');
const readline = require('readline');

const JUMP = 3600;
let failures = 0;
const lines = readline.createInterface({ input: process.stdin });
const waiting = [];
lines.on('line', () => { const next = waiting.shift(); if (next) next(); });

const check = (held, name, seen) => {
  if (!held) failures++;
  console.log(held ? 'OK' : 'FAIL', name, seen);
};
const jump = (seconds, after = 0) => new Promise((resolve) => {
  waiting.push(resolve);
  console.log('JUMP', seconds, after);
});
const mono = () => Number(process.hrtime.bigint()) / 1e9;
const sleep = (s) => new Promise((resolve) => setTimeout(resolve, s * 1000));
const atomics = (s) => new Promise((resolve) => {
  const w = new Worker(`
    const { workerData } = require('worker_threads');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, workerData * 1000);`,
  { eval: true, workerData: s });
  w.on('exit', resolve);
});
const interval = (s) => new Promise((resolve) => {
  const t = setInterval(() => { clearInterval(t); resolve(); }, s * 1000);
});
const waits = { sleep, atomics, interval };

const about = (took, wanted) => took >= wanted - 0.01 && took < wanted + 5;
const all = async (phase, s, jumpS, least) => {
  const jobs = Object.entries(waits).map(async ([name, wait]) => {
    const start = mono();
    await wait(s);
    return [name, mono() - start];
  });
  if (jumpS) await jump(jumpS, 600);
  for (const [name, took] of await Promise.all(jobs)) check(about(took, least), `${phase}-${name}`, took);
};

const main = async () => {
  const wall = Date.now(), before = mono(), perf = performance.now();
  await all('before', 0.3, 0, 0.3);
  await jump(JUMP);
  check(about((Date.now() - wall) / 1000, JUMP + 0.3), 'wall', Date.now() - wall);
  check(about(mono() - before, JUMP + 0.3), 'monotonic', mono() - before);
  check(about((performance.now() - perf) / 1000, JUMP + 0.3), 'performance', performance.now() - perf);
  const child = Number(execFileSync(process.execPath, ['-p', 'Date.now()']));
  check(about((Date.now() - child) / 1000 + 0.01, 0), 'child', child);
  await all('after', 0.3, 0, 0.3);
  await all('due', 3000, JUMP, JUMP);
  await all('shortened', 3002, 3000, 3002);
  lines.close();
  process.exitCode = failures ? 1 : 0;
};
if (isMainThread) main();
