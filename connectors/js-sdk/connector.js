// SPDX-License-Identifier: Apache-2.0

// The official @databricks/sdk-experimental, driven by lines: {"seq":1,"do":"validate"} -> {"seq":1,"ok":true,...}.
//
// usage: connector.js pat|m2m|token|msi, with the CONNECTOR_* variables of connector.yaml
"use strict";
const readline = require("node:readline");
const util = require("node:util");
const { WorkspaceClient, logging } = require("@databricks/sdk-experimental");

const AUTH_TYPES = { pat: "pat", m2m: "oauth-m2m", token: "pat", msi: "azure-msi" }; // a user's token is sent like a PAT
const given = (name) => process.env["CONNECTOR_" + name] || "";

/** One connection, one kind of credential; refused before the SDK has seen anything. */
function credentials(mode) {
    const token = given("TOKEN"), clientId = given("CLIENT_ID"), clientSecret = given("CLIENT_SECRET");
    if (!(mode in AUTH_TYPES)) {
        throw new Error(`unknown authentication type ${mode}: use pat, m2m, token or msi`);
    }
    if (token && (clientId || clientSecret)) {
        throw new Error("credentials of two kinds are set: keep CONNECTOR_TOKEN, or CONNECTOR_CLIENT_ID and " +
            "CONNECTOR_CLIENT_SECRET");
    }
    if (!(mode === "m2m" ? clientId && clientSecret : mode === "msi" ? clientId : token)) {
        throw new Error(`${mode} needs its CONNECTOR_ variables, and some are not set`);
    }
    if (mode === "msi") return { azureUseMsi: true, azureClientId: clientId };
    return mode === "m2m" ? { clientId, clientSecret } : { token };
}

let client;

/** The one client of the process. Loaders fill what is left open from variables and files: none are used. */
function workspace() {
    const mode = process.argv[2] || "";
    client ??= new WorkspaceClient({
        host: given("HOST"), authType: AUTH_TYPES[mode], ...credentials(mode),
        loaders: [], httpTimeoutSeconds: 10, retryTimeoutSeconds: 8,
    }, { product: "assay_jssdk", productVersion: "1.0.0" });
    return client;
}

async function validate() {
    const w = workspace();
    const table = await w.tables.get({ full_name: given("TABLE") });
    let s = await w.statementExecution.executeStatement({
        statement: given("STATEMENT"), warehouse_id: given("WAREHOUSE_ID"), wait_timeout: "10s" });
    while (["PENDING", "RUNNING"].includes(s.status.state)) {
        await new Promise((resolve) => setTimeout(resolve, 300));
        s = await w.statementExecution.getStatement({ statement_id: s.statement_id });
    }
    if (!["SUCCEEDED", "CLOSED"].includes(s.status.state)) {
        throw new Error(`statement ${s.status.state}: ${s.status.error?.message ?? ""}`);
    }
    return { ok: true, table_id: table.table_id };
}

function dump() {
    const w = workspace();
    return { ok: true, text: `${w} ${util.inspect(w.config)}` };
}

async function answer(verb) {
    try {
        if (verb === "validate") return await validate();
        if (verb === "dump") return dump();
        return { unsupported: true };
    } catch (e) { // whatever goes wrong is the answer
        return { ok: false, error: String(e) };
    }
}

async function main() {
    if (given("LOG") === "debug") {
        logging.NamedLogger.getOrCreate(logging.ExposedLoggers.SDK,
            { factory: () => new logging.DefaultLogger(process.stderr) }, true);
    }
    for await (const line of readline.createInterface({ input: process.stdin })) {
        const question = JSON.parse(line);
        process.stdout.write(JSON.stringify({ seq: question.seq, ...await answer(question.do) }) + "\n");
    }
    process.exit(0); // connections that are kept are no reason to stay
}

main();
