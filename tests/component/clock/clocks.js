// SPDX-License-Identifier: Apache-2.0
// Node.js under the virtual clock; run by driver.
'use strict';
const { execFileSync } = require('child_process');
const { check, ask, end, mono, allWaits } = require('./probe.js');

const JUMP = 3600;
const jump = (seconds, after = 0) => ask('JUMP', seconds, after);
const about = (took, wanted) => took >= wanted - 0.01 && took < wanted + 5;
const all = async (phase, s, jumpS, least) => {
  const took = await allWaits(s, async () => { if (jumpS) await jump(jumpS, 600); });
  for (const [name, seen] of took) check(about(seen, least), `${phase}-${name}`, seen);
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
  end();
};
main();
