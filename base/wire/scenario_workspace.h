/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_WIRE_SCENARIO_WORKSPACE_H
#define BASE_WIRE_SCENARIO_WORKSPACE_H

/* How one workspace of a scenario behaves: who may come in and from where, how lists are paged,
 * what SQL warehouses do, which personal access tokens may be made. In all of them zero is the
 * service's own behaviour, so that a struct made by hand needs to name only what differs. */

#include "base/core/arena.h"
#include "base/json/shape.h"

#include <stdbool.h>
#include <stdint.h>

/* How a well-formed token is refused that the service never issued: both answers were recorded from
 * one workspace within a second (databricks-jdbc connectionintegrationtests). */
enum scenario_unknown_token { UNKNOWN_TOKEN_403, UNKNOWN_TOKEN_401 };

struct scenario_door {
    struct str_list assigned;        /* names of the principals who may enter; empty = all */
    struct str_list admins;          /* names of the workspace's admins */
    struct str_list allowed_sources; /* addresses and CIDR ranges; empty = any */
    bool blocked;                    /* refuse whatever address a request comes from */
    bool request_ids;                /* " [ReqId: ...]" behind the gateway's messages */
    int unknown_token;               /* enum scenario_unknown_token */
};

struct scenario_catalog {
    int64_t page_size; /* at most so many on a page; 0 = 100 */
    bool empty_pages;  /* every other page is empty, with a next_page_token */
    struct str_list denied_tables;
    struct str_list columns; /* "name type" of every table; empty = id bigint, name string */
};

/* Of a scope, which exists when a secret is in it. */
struct scenario_secret {
    const char *scope, *key, *value;
};

/* The API's name, "LONG", of a type as SQL writes it, "bigint"; NULL = no type of these. */
const char *scenario_column_type(const char *text);

/* How much of a result comes with the answer to ExecuteStatement, for drivers that want it. */
enum scenario_thrift_direct { THRIFT_DIRECT_COMPLETE, THRIFT_DIRECT_STATUS, THRIFT_DIRECT_NONE };
enum scenario_thrift_results {
    THRIFT_RESULTS_AS_ASKED,
    THRIFT_RESULTS_ARROW,
    THRIFT_RESULTS_COLUMNS
};

struct scenario_thrift {
    int64_t protocol_version;    /* 1 to 9; 0 = 8 */
    int direct_results;          /* enum scenario_thrift_direct */
    int results;                 /* enum scenario_thrift_results */
    int64_t session_lifetime_ms; /* without a call; 0 = for ever */
};

struct scenario_sql {
    int warehouse_state; /* enum scenario_warehouse_state */
    int64_t warehouse_start_ms;
    int64_t chunk_rows;             /* 0 = 1000 */
    int64_t link_lifetime_ms;       /* 0 = 15 minutes */
    int64_t inline_limit_bytes;     /* 0 = 25 MiB */
    int64_t attachment_limit_bytes; /* 0 = 5 MiB */
    const char *storage_host;       /* in presigned URLs; NULL = the request's own */
    struct scenario_thrift thrift;
};
enum scenario_warehouse_state { WAREHOUSE_RUNNING, WAREHOUSE_STOPPED };

struct scenario_tokens {
    bool disabled;              /* nobody may use personal access tokens */
    bool on_behalf_of_disabled; /* admins cannot make them for service principals */
    int64_t quota;              /* tokens per principal; 0 = 600 */
    int64_t max_lifetime_ms;    /* 0 = 730 days */
};

extern const struct shape scenario_door_shape, scenario_catalog_shape, scenario_sql_shape,
    scenario_thrift_shape, scenario_tokens_shape, scenario_secret_shape;

#endif
