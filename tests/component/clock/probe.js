// SPDX-License-Identifier: Apache-2.0
// What the programs for Node.js share: how they speak to the driver, and the ways to wait.
'use strict';
const readline = require('readline');
const { Worker } = require('worker_threads');

let failures = 0;
const lines = readline.createInterface({ input: process.stdin });
const waiting = [];
lines.on('line', () => { const next = waiting.shift(); if (next) next(); });

const check = (held, name, seen) => {
  if (!held) failures++;
  console.log(held ? 'OK' : 'FAIL', name, seen);
};
const ask = (what, seconds, after) => new Promise((resolve) => {
  waiting.push(resolve);
  console.log(what, seconds, after);
});
const end = () => {
  lines.close();
  process.exitCode = failures ? 1 : 0;
};
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
// How long each took, as [name, seconds]; all at once, and something done meanwhile.
const allWaits = async (s, meanwhile) => {
  const jobs = Object.entries(waits).map(async ([name, wait]) => {
    const start = mono();
    await wait(s);
    return [name, mono() - start];
  });
  await meanwhile();
  return Promise.all(jobs);
};

module.exports = { check, ask, end, mono, allWaits };
