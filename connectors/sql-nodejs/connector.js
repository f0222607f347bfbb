// SPDX-License-Identifier: Apache-2.0

// The official @databricks/sql, driven by lines: {"seq":1,"do":"validate"} -> {"seq":1,"ok":true,...}.
//
// usage: connector.js thrift|kernel pat|m2m|u2m|token, with the CONNECTOR_* variables of connector.yaml
'use strict';
const fs = require('fs');
const readline = require('readline');
const util = require('util');
const { DBSQLClient } = require('@databricks/sql');

const [backend, mode] = process.argv.slice(2);
const given = (name) => process.env[`CONNECTOR_${name}`] || '';

// One connection, one kind of credential; refused before the driver has seen anything.
function credentials() {
  const [token, id, secret] = ['TOKEN', 'CLIENT_ID', 'CLIENT_SECRET'].map(given);
  if (!['pat', 'm2m', 'u2m', 'token'].includes(mode)) {
    throw new Error(`unknown authentication type ${mode}: use pat, m2m, u2m or token`);
  }
  if (token && (id || secret)) {
    throw new Error(
      'credentials of two kinds are set: keep CONNECTOR_TOKEN, or CONNECTOR_CLIENT_ID and CONNECTOR_CLIENT_SECRET',
    );
  }
  if (!({ m2m: id && secret, u2m: id }[mode] ?? token)) {
    throw new Error(`${mode} needs its CONNECTOR_ variables, and some are not set`);
  }
  const client = { authType: 'databricks-oauth', oauthClientId: id };
  return { m2m: { ...client, oauthClientSecret: secret }, u2m: client }[mode] ?? { token };
}

const debug = given('LOG') === 'debug';
const logger = { log: (level, message) => debug && process.stderr.write(`${level}: ${message}\n`) };
const client = new DBSQLClient({ logger });
let opened; // the one session of the process; one that could not be opened is tried again

// The kernel trusts a list of its own and reads no variable; what Node is told to trust is handed on.
function trust() {
  const file = process.env.NODE_EXTRA_CA_CERTS;
  return backend === 'kernel' && file ? { customCaCert: fs.readFileSync(file) } : {};
}

async function session() {
  if (!opened) {
    await client.connect({
      host: given('HOST').replace('https://', ''),
      path: given('HTTP_PATH'),
      userAgentEntry: 'assay_sqlnodejs/1.0.0',
      useKernel: backend === 'kernel',
      ...trust(),
      ...credentials(),
    });
    opened = await client.openSession();
  }
  return opened;
}

async function validate() {
  const operation = await (await session()).executeStatement(given('STATEMENT'));
  let rows = 0;
  do {
    rows += (await operation.fetchChunk({ maxRows: 100000 })).length;
  } while (await operation.hasMoreRows());
  await operation.close();
  return { rows };
}

async function dump() {
  await session();
  return { text: util.inspect(client) };
}

async function answer(verb) {
  if (!['validate', 'dump'].includes(verb)) {
    return { unsupported: true };
  }
  try {
    return { ok: true, ...(await (verb === 'validate' ? validate() : dump())) };
  } catch (e) {
    if (debug) {
      process.stderr.write(`${util.inspect(e)}\n`);
    }
    return { ok: false, error: `${e.name}: ${e.message}` };
  }
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const question = JSON.parse(line);
    process.stdout.write(`${JSON.stringify({ seq: question.seq, ...(await answer(question.do)) })}\n`);
  }
  await client.close();
}

main();
