/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/app/start_text.h"

#include "base/json/json.h"
#include "mock/app/engine.h"
#include "mock/app/listeners.h"
#include "mock/app/serve.h"
#include "mock/app/tls_fault.h"
#include "mock/http/server.h"
#include "mock/state/mock_state.h"

static const char *base_url(struct arena *a, const char *scheme, const char *address, int port)
{
    bool any = strcmp(address, "0.0.0.0") == 0 || strcmp(address, "::") == 0;
    const char *host = any ? "127.0.0.1" : address;
    return strchr(host, ':') != NULL ? arena_printf(a, "%s://[%s]:%d", scheme, host, port)
                                     : arena_printf(a, "%s://%s:%d", scheme, host, port);
}

/* The first principal that has the thing. */
static const char *first_with(const struct json *principals, const char *key)
{
    JSON_FOREACH(p, principals) {
        const char *value = json_get_string(p, key, NULL);
        if (value != NULL) {
            return value;
        }
    }
    return NULL;
}

static void credentials_text(const struct json *principals, struct buf *out)
{
    static const char *const keys[] = {"client_id", "client_secret", "pat"};
    JSON_FOREACH(p, principals) {
        buf_printf(out, "  %s (%s)\n", json_get_string(p, "name", ""),
                   json_get_string(p, "kind", ""));
        for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
            const char *value = json_get_string(p, keys[i], NULL);
            if (value != NULL) {
                buf_printf(out, "    %-14s %s\n", keys[i], value);
            }
        }
    }
}

/* For a POSIX shell: quoted when there is something in it that the shell would take apart. */
static void shell_word(const char *value, struct buf *out)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "@%+=:,./_-";
    if (value[strspn(value, plain)] == '\0') {
        buf_add_z(out, value);
        return;
    }
    buf_add_char(out, '\'');
    for (const char *c = value; *c != '\0'; c++) {
        if (*c == '\'') {
            buf_add_z(out, "'\\''");
        } else {
            buf_add_char(out, *c);
        }
    }
    buf_add_char(out, '\'');
}

static void export_text(const char *name, const char *value, struct buf *out)
{
    if (value != NULL) {
        buf_printf(out, "  export %s=", name);
        shell_word(value, out);
        buf_add_char(out, '\n');
    }
}

static void steer_text(const struct serve_options *o, const struct listeners *l, struct buf *out)
{
    if (l->guarded != NULL) {
        buf_printf(out, "Control: http://127.0.0.1:%d with the header Authorization: Bearer %s\n",
                   http_server_port(l->guarded),
                   o->steer.secret_file != NULL ? "and the secret of the file" : buf_z(&l->secret));
    }
    if (l->page != NULL) {
        buf_printf(out, "Watch: http://127.0.0.1:%d/\n", http_server_port(l->page));
    }
    for (size_t i = 0; i < l->flawed_count; i++) {
        buf_printf(out, "HTTPS with a flaw (%s): port %d\n",
                   tls_fault_name(l->flawed[i].flaw.fault), http_server_port(l->flawed[i].server));
    }
}

void start_text(struct arena *a, const struct serve_options *o, const struct listeners *l,
                struct buf *out)
{
    AUTO_JSON struct json *known = mock_state_credentials(engine_state(l->engine));
    const struct json *principals = json_get(known, "principals");
    const char *warehouse =
        json_get_string(json_at(json_get(known, "workspaces"), 0), "warehouse_id", NULL);
    const char *url = base_url(a, "http", o->listen.address, http_server_port(l->http));
    buf_printf(out, "assay-mock serves %s\n", url);
    if (l->https != NULL) {
        buf_printf(out, "              and %s",
                   base_url(a, "https", o->listen.address, http_server_port(l->https)));
        buf_printf(out, "%s%s\n", o->listen.ca_out != NULL ? ", trust " : "",
                   o->listen.ca_out != NULL ? o->listen.ca_out : "");
    }
    if (json_count(principals) == 0) {
        buf_add_z(out, "\nNobody may come in: the scenario has no principals.\n");
    } else {
        buf_add_z(out, "\nTest credentials, made for this run; they open nothing else:\n");
        credentials_text(principals, out);
    }
    if (first_with(principals, "client_id") != NULL) {
        buf_add_z(out, "\nMachine to machine (OAuth client credentials):\n");
        export_text("DATABRICKS_HOST", url, out);
        export_text("DATABRICKS_CLIENT_ID", first_with(principals, "client_id"), out);
        export_text("DATABRICKS_CLIENT_SECRET", first_with(principals, "client_secret"), out);
    }
    if (first_with(principals, "pat") != NULL) {
        buf_add_z(out, "\nPersonal access token:\n");
        export_text("DATABRICKS_HOST", url, out);
        export_text("DATABRICKS_TOKEN", first_with(principals, "pat"), out);
    }
    if (warehouse != NULL) {
        buf_printf(out, "\nSQL: warehouse id %s, HTTP path /sql/1.0/warehouses/%s\n", warehouse,
                   warehouse);
    }
    if (o->control != NULL) {
        buf_add_z(out, "Control: curl --unix-socket ");
        shell_word(o->control, out);
        buf_add_z(out, " http://mock/journal\n");
    }
    steer_text(o, l, out);
    buf_add_z(out, "End with Ctrl-C.\n");
}

void start_ready_line(const struct serve_options *o, const struct listeners *l, struct buf *out)
{
    AUTO_JSON struct json *line = json_object();
    json_set_int(line, "port", http_server_port(l->http));
    json_set_int(line, "https_port", l->https != NULL ? http_server_port(l->https) : 0);
    json_set_string(line, "control", o->control);
    if (l->guarded != NULL) {
        json_set_int(line, "control_port", http_server_port(l->guarded));
    }
    if (l->page != NULL) {
        json_set_int(line, "web_port", http_server_port(l->page));
    }
    if (l->flawed_count > 0) {
        struct json *flawed = json_object();
        for (size_t i = 0; i < l->flawed_count; i++) {
            json_set_int(flawed, tls_fault_name(l->flawed[i].flaw.fault),
                         http_server_port(l->flawed[i].server));
        }
        json_set(line, "tls_faults", flawed);
    }
    json_write(out, line);
    buf_add_char(out, '\n');
}
