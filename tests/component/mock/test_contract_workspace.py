#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a workspace and the services around it do over several requests, step by step over real HTTP:
each step a row of the contract with its source (contract.py)."""

import json
import unittest
import urllib.parse

from contract import (ASSUMED, Asker, DOCUMENTED, OBSERVED, RECORDED, Row, SDK, advance, check_rows_are_cited,
                      delete, form, gateway, get, post, run_flow, steer)
from mock_server import Mock

HOST, OTHER = "adb-111.11.azuredatabricks.net", "dbc-222.cloud.databricks.com"
ACCOUNT, OTHER_ACCOUNT = "00000000-0000-4000-8000-0000000000aa", "00000000-0000-4000-8000-0000000000bb"
PAT, WAREHOUSE = "dapi0123456789abcdef0123456789abcde1", "abc123def4567890"
ROBOT = "11111111-2222-4333-8444-555555555555"
TENANT = "99999999-0000-4000-8000-000000000001"
ENTRA_APP, ENTRA_SECRET = "22222222-0000-4000-8000-000000000001", "entra-secret-0001"
KBASE_TOKEN = "KBASETOKENKBASETOKENKBASETOKEN01"
DATABRICKS = "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d"
SCENARIO = {
    "workspaces": [
        {"host": HOST, "workspace_id": "111", "account_id": ACCOUNT, "cloud": "Azure", "tenant_id": TENANT,
         "door": {"admins": ["mia@example.com"]},
         "tables": ["main.default.trips", "main.default.zones", "main.other.more"],
         "catalog": {"empty_pages": True, "page_size": 1, "denied_tables": ["main.other.more"]},
         "sql": {"chunk_rows": 2, "warehouse_start_time": "20s", "storage_host": HOST},
         "secrets": [{"scope": "s", "key": "k", "value": "+/=% long"}]},
        {"host": OTHER, "workspace_id": "222", "account_id": OTHER_ACCOUNT, "tables": ["main.default.other"]},
    ],
    "principals": [{"name": "mia@example.com", "pat": PAT},
                   {"name": "robot", "kind": "service-principal", "client_id": ROBOT,
                    "client_secret": "dose0123456789abcdef"}],
    "statements": [
        {"text": "SLOW", "pending_polls": 2, "running_polls": 1, "state": "SUCCEEDED"},
        {"text": "BAD", "state": "FAILED", "error_code": "BAD_REQUEST", "error_message": "[DIVIDE_BY_ZERO]",
         "sql_state": "22012"},
        {"text": "GONE", "state": "CLOSED"},
        {"text": "LONG", "run_time": "10m"},
        {"text": "STUBBORN", "run_time": "10m", "cancel_ignored": True}],
    "services": {
        "tenants": [{"tenant_id": TENANT}],
        "entra_apps": [
            {"name": "app", "client_id": ENTRA_APP, "client_secret": ENTRA_SECRET, "principal": "robot"},
            {"name": "strict", "client_id": ENTRA_APP[:-1] + "2", "client_secret": ENTRA_SECRET + "2",
             "policy": "mfa-required"},
            {"name": "late", "client_id": ENTRA_APP[:-1] + "3", "client_secret": ENTRA_SECRET + "3",
             "secret_expired": True},
            {"name": "machine", "kind": "managed-identity", "principal": "robot"}],
        "kbase_users": [{"user": "alice", "token": KBASE_TOKEN, "custom_roles": ["BERDL_USER"]},
                        {"user": "bob", "token": KBASE_TOKEN[:-1] + "2", "disabled": True}],
        "apps": [{"name": "myapp", "host": HOST, "can_use": ["robot"], "api_key": "app-key-0001"}],
        "issuers": [{"name": "gh", "kind": "github", "request_token": "github-request-1"},
                    {"name": "gcp", "kind": "gcp"}]},
}
UC, SQL = "/api/2.1/unity-catalog", "/api/2.0/sql/statements"
PY, JDBC = "databricks-sdk-py service", "databricks-jdbc recordings, sqlexecapi"
REFERENCE = "statement execution reference"
STATE = '{"statement_id":"{id}","status":{"state":"%s"}}'


def row(what, source, sure, request, status=200, **wanted):
    return Row(what, source, sure, request, status, **wanted)


def execute(what, text, source=REFERENCE, sure=DOCUMENTED, state="PENDING", more=None, **wanted):
    body = {"warehouse_id": WAREHOUSE, "statement": text, "wait_timeout": "0s", **(more or {})}
    return Row(what, source, sure, post(SQL, body, PAT), 200, keep={"id": "statement_id"},
               members={"status.state": state, **wanted.pop("members", {})}, **wanted)


def look(what, state, **wanted):
    return Row(what, REFERENCE, DOCUMENTED, get(SQL + "/{id}", PAT), 200,
               members={"status.state": state, **wanted.pop("members", {})}, **wanted)


def page(what, path, keep=True, **wanted):
    return Row(what, "Unity Catalog: pages may be empty", DOCUMENTED, get(UC + path, PAT), 200,
               **({"keep": {"next": "next_page_token"}} if keep else {"absent": ["next_page_token"]}), **wanted)


FLOWS = {
    "lists of Unity Catalog have empty pages": [
        page("a first page without a table", "/tables?catalog_name=main&schema_name=default&max_results=0",
             members={"tables": []}),
        page("a table", "/tables?catalog_name=main&schema_name=default&max_results=0&page_token={next}",
             members={"tables.0.name": "trips", "tables.1": None}),
        page("none again", "/tables?catalog_name=main&schema_name=default&max_results=0&page_token={next}",
             members={"tables": []}),
        page("the last one", "/tables?catalog_name=main&schema_name=default&max_results=0&page_token={next}", False,
             members={"tables.0.name": "zones"}),
        row("max_results=0 is the server's default", "Unity Catalog reference", DOCUMENTED,
            get(UC + "/catalogs?max_results=0", PAT), members={"catalogs": []}, has=["next_page_token"]),
        row("a page token that is none", "errors/platform.py of databricks-sdk-py", SDK,
            get(UC + "/catalogs?page_token=zzz", PAT), 400, members={"error_code": "INVALID_PARAMETER_VALUE"}),
        row("schemas want a catalog", "errors/platform.py of databricks-sdk-py", SDK,
            get(UC + "/schemas", PAT), 400, members={"error_code": "INVALID_PARAMETER_VALUE"}),
        row("a table that nobody may read", "Azure/spark-cdm-connector#149", RECORDED,
            get(UC + "/tables/main.other.more", PAT), 403, members={"error_code": "PERMISSION_DENIED"}),
    ],
    "SCIM tells who there is": [
        row("an admin", PY + "/iam.py", SDK, get("/api/2.0/preview/scim/v2/Me", PAT),
            members={"groups.0.display": "users", "groups.1.display": "admins",
                     "emails.0.value": "mia@example.com"}),
        row("not so in the other workspace", PY + "/iam.py", SDK,
            get("/api/2.0/preview/scim/v2/Me", PAT, host=OTHER), members={"groups.1": None}),
        row("a user by name", "RFC 7644 section 3.4.2.2", DOCUMENTED, get(
            "/api/2.0/preview/scim/v2/Users?filter=userName+eq+%22mia@example.com%22", PAT),
            members={"totalResults": 1, "Resources.0.emails.0.primary": True}, keep={"user": "Resources.0.id"}),
        row("the same by id", PY + "/iam.py", SDK, get("/api/2.0/preview/scim/v2/Users/{user}", PAT),
            members={"userName": "mia@example.com"}),
        row("a negative count is none", "RFC 7644 section 3.4.2.4", DOCUMENTED,
            get("/api/2.0/preview/scim/v2/Users?count=-1", PAT), members={"totalResults": 1, "Resources": []}),
        row("nobody", "RFC 7644 section 3.12", DOCUMENTED, get("/api/2.0/preview/scim/v2/Users/999", PAT), 404,
            members={"status": "404", "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"]}),
    ],
    "a statement waits, runs and succeeds": [
        execute("pending at once", "SLOW"), look("pending when asked", "PENDING"), look("then running", "RUNNING"),
        look("then there", "SUCCEEDED", has=["manifest", "result"]),
    ],
    "results come in chunks": [
        execute("five rows", "SELECT id FROM range(5)", JDBC, RECORDED, "SUCCEEDED", {"wait_timeout": "10s"},
                members={"manifest.total_chunk_count": 3, "manifest.total_row_count": 5,
                         "manifest.chunks.1.row_offset": 2, "result.data_array": [["0"], ["1"]],
                         "result.next_chunk_index": 1}),
        row("the second chunk", JDBC, RECORDED, get(SQL + "/{id}/result/chunks/1", PAT),
            members={"data_array": [["2"], ["3"]], "row_offset": 2, "next_chunk_index": 2}),
        row("the last chunk names no next", JDBC, RECORDED, get(SQL + "/{id}/result/chunks/2", PAT),
            members={"data_array": [["4"]]}, absent=["next_chunk_index"]),
        row("no further one", REFERENCE, DOCUMENTED, get(SQL + "/{id}/result/chunks/3", PAT), 400),
        row("of another workspace it is none", REFERENCE, DOCUMENTED, get(SQL + "/{id}", PAT, host=OTHER), 404),
        row("closed by the driver", JDBC, RECORDED, delete(SQL + "/{id}", PAT), body="{}"),
    ],
    "results come by links": [
        execute("rows by a link", "SELECT id FROM range(2)", REFERENCE, DOCUMENTED, "SUCCEEDED",
                {"wait_timeout": "10s", "disposition": "EXTERNAL_LINKS"}, absent=["data_array"]),
        row("the link", REFERENCE, DOCUMENTED, get(SQL + "/{id}/result/chunks/0", PAT),
            keep={"link": r'"external_link":"http://[^/]*([^"]+)"'}, has=["external_links"]),
        row("fetched without a credential", REFERENCE, DOCUMENTED, get("{link}"), body='[["0"],["1"]]'),
        row("refused with one", "Azure storage: one authentication", OBSERVED, get("{link}", PAT), 403),
        advance(15 * 60 + 1),
        row("refused when it has expired", REFERENCE, DOCUMENTED, get("{link}"), 403),
        row("inline is JSON only", REFERENCE, DOCUMENTED, post(SQL, {
            "warehouse_id": WAREHOUSE, "statement": "SELECT 1", "format": "ARROW_STREAM"}, PAT), 400,
            members={"error_code": "INVALID_PARAMETER_VALUE"}),
    ],
    "statements end in each way": [
        execute("failed inside a 200", "BAD", JDBC, RECORDED, "FAILED", {"wait_timeout": "10s"},
                members={"status.error.error_code": "BAD_REQUEST", "status.error.message": "[DIVIDE_BY_ZERO]",
                         "status.sql_state": "22012"}, absent=["result"]),
        execute("closed: succeeded without rows", "GONE", REFERENCE, DOCUMENTED, "CLOSED",
                {"wait_timeout": "10s"}, absent=["result"]),
        execute("to be canceled", "LONG"),
        row("a cancellation", REFERENCE, DOCUMENTED, post(SQL + "/{id}/cancel", None, PAT), body="{}"),
        row("canceled", REFERENCE, DOCUMENTED, get(SQL + "/{id}", PAT), body=STATE % "CANCELED"),
        execute("one that does not care", "STUBBORN"),
        row("its cancellation", REFERENCE, DOCUMENTED, post(SQL + "/{id}/cancel", None, PAT), body="{}"),
        look("it goes on", "RUNNING"), advance(601), look("and succeeds", "SUCCEEDED"),
        advance(3601), row("after an hour it is not known", REFERENCE, DOCUMENTED, get(SQL + "/{id}", PAT), 404),
        execute("canceled when the wait is over", "LONG", REFERENCE, DOCUMENTED, "CANCELED",
                {"wait_timeout": "5s", "on_wait_timeout": "CANCEL"}),
    ],
    "a definition has no columns": [
        row("CREATE SCHEMA", JDBC, RECORDED, post(SQL, {
            "warehouse_id": WAREHOUSE, "statement": "CREATE SCHEMA main.new"}, PAT),
            members={"status.state": "SUCCEEDED", "manifest.schema.column_count": 0,
                     "manifest.total_row_count": 0, "result": {}}),
        row("which the catalog knows", PY + "/catalog.py", SDK, get(UC + "/schemas/main.new", PAT),
            members={"full_name": "main.new"}),
    ],
    "warehouses start and stop by the clock": [
        row("a warehouse", PY + "/sql.py", SDK, get(f"/api/2.0/sql/warehouses/{WAREHOUSE}", PAT),
            members={"state": "RUNNING", "odbc_params.path": "/sql/1.0/warehouses/" + WAREHOUSE}),
        row("stopped", PY + "/sql.py", SDK, post(f"/api/2.0/sql/warehouses/{WAREHOUSE}/stop", None, PAT), body="{}"),
        row("stopping", PY + "/sql.py", SDK, get(f"/api/2.0/sql/warehouses/{WAREHOUSE}", PAT),
            members={"state": "STOPPING"}),
        advance(21),
        row("it has stopped", PY + "/sql.py", SDK, get(f"/api/2.0/sql/warehouses/{WAREHOUSE}", PAT),
            members={"state": "STOPPED"}),
        execute("a statement starts it", "SELECT 1"),
        row("starting", PY + "/sql.py", SDK, get(f"/api/2.0/sql/warehouses/{WAREHOUSE}", PAT),
            members={"state": "STARTING"}),
        advance(21), look("and then it runs", "SUCCEEDED"),
        row("no such warehouse", PY + "/sql.py", SDK, get("/api/2.0/sql/warehouses/none", PAT), 404,
            members={"error_code": "RESOURCE_DOES_NOT_EXIST"}),
    ],
    "sessions are opened and closed": [
        row("opened", JDBC, RECORDED, post("/api/2.0/sql/sessions/", {"warehouse_id": WAREHOUSE}, PAT),
            keep={"session": "session_id"}),
        row("closed", JDBC, RECORDED, delete("/api/2.0/sql/sessions/{session}?warehouse_id=" + WAREHOUSE, PAT),
            body="{}"),
        row("once", JDBC, RECORDED, delete("/api/2.0/sql/sessions/{session}?warehouse_id=" + WAREHOUSE, PAT), 404),
    ],
    "the other APIs": [
        row("a secret in base64", PY + "/workspace.py", SDK, get("/api/2.0/secrets/get?scope=s&key=k", PAT),
            body='{"key":"k","value":"Ky89JSBsb25n"}'),
        row("a cluster is made", PY + "/compute.py", SDK, post("/api/2.1/clusters/create", {
            "cluster_name": "c", "spark_version": "15.4.x-scala2.12", "num_workers": 1}, PAT),
            keep={"cluster": "cluster_id"}),
        row("and listed, to the end", PY + "/compute.py", SDK, get("/api/2.1/clusters/list", PAT),
            members={"clusters.0.cluster_id": "{cluster}", "next_page_token": ""}),
        row("a cluster that is not there", "old endpoints", SDK, get("/api/2.1/clusters/get?cluster_id=X", PAT), 400,
            members={"error_code": "INVALID_PARAMETER_VALUE", "message": "Cluster X does not exist"}),
        row("a job is made", PY + "/jobs.py", SDK, post("/api/2.2/jobs/create", {"name": "j"}, PAT),
            keep={"job": "job_id"}),
        row("and listed", PY + "/jobs.py", SDK, get("/api/2.2/jobs/list", PAT), members={"has_more": False},
            has=["jobs"]),
        row("a hundred jobs at most", PY + "/jobs.py", SDK, get("/api/2.2/jobs/list?limit=101", PAT), 400),
        row("a job that is not there", "old endpoints", SDK, get("/api/2.2/jobs/get?job_id=5", PAT), 400,
            members={"error_code": "INVALID_PARAMETER_VALUE", "message": "Job 5 does not exist."}),
        row("a folder", PY + "/workspace.py", SDK, get("/api/2.0/workspace/get-status?path=/Users", PAT),
            members={"object_type": "DIRECTORY", "path": "/Users"}),
        row("feature flags", "databricks-sql-python common/feature_flag.py", SDK,
            get("/api/2.0/connector-service/feature-flags/PYTHON/4.4.0", PAT),
            body='{"flags":[],"ttl_seconds":900}'),
        row("telemetry", "databricks-sql-python telemetry_client.py", SDK,
            post("/telemetry-ext", {"protoLogs": ["a", "b"]}, PAT), body='{"errors":[],"numProtoSuccess":2}'),
        row("telemetry before signing in", "databricks-sql-python telemetry_client.py", SDK,
            post("/telemetry-unauth", {"protoLogs": ["a"]}), body='{"errors":[],"numProtoSuccess":1}'),
        row("the login page", "databricks/cli#1411", OBSERVED, get("/login.html"),
            headers={"content-type": "text/html.*"}),
        row("an unknown route", "the code occurs in bodies", ASSUMED, get("/api/2.0/sql/statment", PAT), 404,
            members={"error_code": "ENDPOINT_NOT_FOUND"}),
    ],
    "two workspaces of two accounts are apart": [
        row("the tables of one", PY + "/catalog.py", SDK, get(UC + "/tables/main.default.trips", PAT)),
        row("are not the other's", PY + "/catalog.py", SDK, get(UC + "/tables/main.default.trips", PAT, host=OTHER),
            404),
        row("the other account", "databricks-sdk-go config/host_metadata.go", SDK,
            get("/.well-known/databricks-config", host=OTHER),
            members={"account_id": OTHER_ACCOUNT, "workspace_id": "222", "cloud": "AWS"}),
        row("no workspace", "ours", ASSUMED, get("/.well-known/databricks-config", host="none.example.com"), 404),
    ],
}

ENTRA = "login.microsoftonline.com"
DOCS, SCOPE = "Microsoft identity platform", DATABRICKS + "/.default"
IMDS = "/metadata/identity/oauth2/token?api-version=2018-02-01"
APP = "myapp-111.aws.databricksapps.com"


def entra(path="v2.0/token", **fields):
    given = {"grant_type": "client_credentials", "client_id": ENTRA_APP, "client_secret": ENTRA_SECRET,
             "scope": SCOPE, **fields}
    return form(f"/{TENANT}/oauth2/{path}", _host=ENTRA, **{k: v for k, v in given.items() if v is not None})


def aadsts(what, number, error, status=400, sure=DOCUMENTED, **fields):
    return Row(what, DOCS + ", error codes", sure, entra(**fields), status,
               members={"error": error, "error_codes": [number]},
               pattern=r'.*AADSTS' + str(number) + r': .*\\r\\nTrace ID: .*\\r\\nCorrelation ID: .*'
                       r'\\r\\nTimestamp: .*Z".*')


SERVICES = {
    "Entra issues tokens that a workspace takes": [
        row("version 2.0", DOCS + ", client credentials", DOCUMENTED, entra(), keep={"entra": "access_token"},
            members={"token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599},
            absent=["refresh_token", "scope"]),
        row("a workspace takes it", PY + "/iam.py", SDK, get("/api/2.0/preview/scim/v2/Me", "{entra}"),
            members={"userName": ROBOT}),
        row("version 1.0 has strings", "databricks-sdk-go config/auth_azure_client_secret.go", SDK,
            entra("token", scope=None, resource=DATABRICKS), members={"expires_in": "3599",
                                                                     "resource": DATABRICKS}),
        row("a token for another resource", DOCS, DOCUMENTED, entra(scope="https://graph.microsoft.com/.default"),
            keep={"graph": "access_token"}),
        row("is an HTML page at the workspace", "an Entra token for another audience", OBSERVED,
            get("/api/2.0/preview/scim/v2/Me", "{graph}"), 400, headers={"content-type": "text/html.*"},
            pattern=".*IncorrectClaimException: Expected aud claim to be: " + DATABRICKS + ".*"),
        advance(3601),
        row("an expired one", "expired Entra tokens since December 2025", OBSERVED,
            get("/api/2.0/preview/scim/v2/Me", "{entra}"), 401),
        aadsts("a wrong secret", 7000215, "invalid_client", 401, RECORDED, client_secret="wrong-secret"),
        aadsts("no secret", 7000218, "invalid_client", 401, client_secret=None),
        aadsts("an expired secret", 7000222, "invalid_client", 401, client_id=ENTRA_APP[:-1] + "3",
               client_secret=ENTRA_SECRET + "3"),
        aadsts("an unknown application", 700016, "unauthorized_client", client_id=ENTRA_APP[:-1] + "9"),
        aadsts("all-apis is no scope of Entra", 1002012, "invalid_scope", scope="all-apis"),
        aadsts("encoded twice", 1002012, "invalid_scope", scope=DATABRICKS + "%2F.default"),
        aadsts("no scope", 90014, "invalid_request", scope=None),
    ],
    "a workspace tells its tenant": [
        row("/aad/auth", "databricks-sdk-go config/azure.go", SDK, get("/aad/auth"), 302,
            headers={"location": f"https://{ENTRA}/{TENANT}/oauth2/authorize.*"}),
        row("the legacy redirector", "databricks-sql-python auth/endpoint.py", SDK,
            get("/oidc/oauth2/v2.0/authorize?client_id=x"), 302,
            headers={"location": f"https://{ENTRA}/{TENANT}/oauth2/v2.0/authorize\\?client_id=x"}),
    ],
    "machines get tokens": [
        row("managed identity: numbers are strings", DOCS + ", managed identities", DOCUMENTED,
            get(IMDS + "&resource=" + DATABRICKS, host="169.254.169.254", headers={"Metadata": "true"}),
            members={"expires_in": "3599", "refresh_token": "", "token_type": "Bearer"},
            pattern=r'.*"expires_on":"\d{10}".*', keep={"imds": "access_token"}),
        row("which a workspace takes", PY + "/iam.py", SDK, get("/api/2.0/preview/scim/v2/Me", "{imds}")),
        row("without the header", DOCS + ", managed identities", DOCUMENTED,
            get(IMDS + "&resource=" + DATABRICKS, host="169.254.169.254"), 400,
            members={"error": "bad_request_102", "error_description": "Required metadata header not specified"}),
        row("an unknown identity", DOCS + ", managed identities", DOCUMENTED,
            get(IMDS + "&client_id=x&resource=" + DATABRICKS, host="169.254.169.254", headers={"Metadata": "true"}),
            400, members={"error": "invalid_request", "error_description": "Identity not found"}),
        row("GitHub", "GitHub documentation, OpenID Connect reference", DOCUMENTED,
            get("/p/s/_apis/distributedtask/hubs/h/plans/p/jobs/j/idtoken?audience=a", "github-request-1",
                host="pipelines.actions.githubusercontent.com"), has=["value"]),
        row("GitHub without its token", "GitHub documentation, OpenID Connect reference", DOCUMENTED,
            get("/p/s/_apis/distributedtask/hubs/h/plans/p/jobs/j/idtoken?audience=a",
                host="pipelines.actions.githubusercontent.com"), 401),
        row("GCP", "Google Cloud, verifying the identity of VMs", DOCUMENTED,
            get("/computeMetadata/v1/instance/service-accounts/default/identity?audience=a",
                host="metadata.google.internal", headers={"Metadata-Flavor": "Google"}),
            headers={"metadata-flavor": "Google"}, pattern=r"eyJ[\w-]+\.[\w-]+\.[\w-]+"),
        row("GCP without the header", "Google Cloud, about VM metadata", DOCUMENTED,
            get("/computeMetadata/v1/instance/service-accounts/default/identity?audience=a",
                host="metadata.google.internal"), 403),
    ],
    "KBase knows raw tokens": [
        row("a token", "kbase/auth2 service/api", SDK, get("/api/V2/token", host="kbase.us",
                                                          authorization=KBASE_TOKEN),
            members={"type": "Login", "user": "alice", "custom": {}, "cachefor": 300000}, absent=["customroles"]),
        row("the account has the roles", "kbase/auth2 service/api", SDK, get(
            "/services/auth/api/V2/me", host="kbase.us", authorization=KBASE_TOKEN),
            members={"customroles": ["BERDL_USER"], "user": "alice"}),
        row("none", "kbase/auth2 ErrorType", SDK, get("/api/V2/token", host="kbase.us"), 400,
            members={"error.appcode": 10010,
                     "error.message": "10010 No authentication token: No user token provided"}),
        row("a bad one", "kbase/auth2 ErrorType", SDK, get("/api/V2/token", host="kbase.us", authorization="bad"),
            401, members={"error.appcode": 10020, "error.message": "10020 Invalid token"}),
        row("with Bearer it is another", "kbase/auth2 service/api", SDK, get("/api/V2/token", KBASE_TOKEN,
                                                                            host="kbase.us"), 401),
        row("a disabled account", "kbase/auth2 ErrorType", SDK, get(
            "/api/V2/token", host="kbase.us", authorization=KBASE_TOKEN[:-1] + "2"), 403,
            members={"error.appcode": 20010}),
        row("an agent token", "kbase/auth2 service/api", SDK, {
            **post("/api/V2/token", {"name": "agent"}, host="kbase.us"), "authorization": KBASE_TOKEN},
            members={"type": "Agent", "name": "agent"}, keep={"agent": "token"}),
        row("is one", "kbase/auth2 service/api", SDK, get("/api/V2/token", host="kbase.us",
                                                         authorization="{agent}")),
        advance(7 * 86400 + 1),
        row("for seven days", "kbase/auth2 service/api", SDK, get("/api/V2/token", host="kbase.us",
                                                                 authorization="{agent}"), 401),
    ],
    "apps take OAuth and no PAT": [
        {**steer("POST", "/mint", {"principal": "robot", "kind": "access-token", "host": HOST}),
         "keep": {"robot": "value"}},
        {**steer("POST", "/mint", {"principal": "mia@example.com", "kind": "access-token", "host": HOST}),
         "keep": {"mia": "value"}},
        row("where the app is", PY + "/apps.py", SDK, get("/api/2.0/apps/myapp", PAT),
            members={"name": "myapp", "url": "https://" + APP, "compute_status.state": "ACTIVE"}),
        row("all apps of the workspace", PY + "/apps.py", SDK, get("/api/2.0/apps", PAT),
            members={"apps.0.name": "myapp", "apps.1": None}),
        row("and none of another's", PY + "/apps.py", SDK, get("/api/2.0/apps", PAT, host=OTHER),
            body='{"apps":[]}'),
        row("no such app", PY + "/apps.py", ASSUMED, get("/api/2.0/apps/none", PAT), 404,
            members={"error_code": "RESOURCE_DOES_NOT_EXIST"}),
        row("OAuth and the app's key", "Databricks documentation, connect to an app", DOCUMENTED,
            get("/api/status", "{robot}", host=APP, headers={"X-API-Key": "app-key-0001"}),
            members={"user": ROBOT}),
        row("a PAT", "user report: the same PAT works on REST", OBSERVED, get("/api/status", PAT, host=APP), 401),
        row("somebody without CAN USE", "Databricks documentation, connect to an app", DOCUMENTED,
            get("/api/status", "{mia}", host=APP), 403),
        row("a browser is sent to sign in", "Databricks documentation, connect to an app", DOCUMENTED,
            get("/", host=APP), 302, headers={"location": f"https://{HOST}/oidc/.*"}),
    ],
}


class ContractOfWorkspace(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mock = Mock(config=json.dumps(SCENARIO)).__enter__()
        cls.addClassCleanup(cls.mock.__exit__)

    def flows(self, flows, prefix):
        for number, (name, steps) in enumerate(flows.items()):
            with self.subTest(name):
                run_flow(self, Asker(self.mock, HOST, f"{prefix}-{number}"), steps, {})

    def test_the_workspace_goes_as_clients_rely_on(self):
        self.flows(FLOWS, "workspace")

    def test_the_services_around_it_do_too(self):
        self.flows(SERVICES, "service")

    def test_every_step_says_where_it_is_from(self):
        check_rows_are_cited(self, [step for flows in (FLOWS, SERVICES) for flow in flows.values()
                                    for step in flow if isinstance(step, Row)])


if __name__ == "__main__":
    unittest.main()
