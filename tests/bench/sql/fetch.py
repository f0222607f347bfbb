#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fetches rows through the Python SQL driver and prints how many seconds that took:
fetch.py PORT CA TOKEN FORM STATEMENT ROWS; FORM columns: Python rows, else Arrow tables."""
import sys
import time

from databricks import sql

port, ca, token, form, statement, wanted = sys.argv[1:]
with sql.connect(server_hostname="localhost", _port=int(port), _tls_trusted_ca_file=ca, access_token=token,
                 http_path="/sql/1.0/warehouses/abc123", enable_telemetry=False,
                 use_cloud_fetch=form in ("links", "nginx")) as connection, connection.cursor() as cursor:
    started = time.monotonic()
    cursor.execute(statement)
    count = 0
    while True:
        part = cursor.fetchmany(100000) if form == "columns" else cursor.fetchmany_arrow(100000)
        if len(part) == 0:
            break
        count += len(part)
    print(f"{time.monotonic() - started:.6f}")
if count != int(wanted):
    sys.exit(f"{count} rows came instead of {wanted}")
