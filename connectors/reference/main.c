/* SPDX-License-Identifier: Apache-2.0 */
#include "defects.h"
#include "drive.h"
#include "product.h"
#include "sabotage.h"

#include <curl/curl.h>

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_USAGE = 64, LIMIT_S = 60, MOST_ROUNDS = 100000 };

static const char help[] =
    "usage: reference-connector --auth TYPE [OPTIONS]\n"
    "\n"
    "Gets a Unity Catalog table and runs a SQL statement, to prove a connection.\n"
    "\n"
    "  --auth TYPE       pat, m2m, token, u2m (with a browser), u2m-built-in, federation, entra,\n"
    "                    msi, obo, google-credentials or google-id\n"
    "  --drive KIND      lines (questions on stdin; the default), count or exec (once)\n"
    "  --operations N    with --drive count: how many times\n"
    "  --limit SECONDS   for one operation (60)\n"
    "  --client-name X   for whom it works, for the dump; CONNECTOR_CLIENT_NAME otherwise\n"
    "  --defects         lists the faults that CONNECTOR_DEFECT=NAME switches on\n"
    "  --version, --help\n"
    "\n"
    "Variables: CONNECTOR_HOST; CONNECTOR_TOKEN, CONNECTOR_CLIENT_ID, CONNECTOR_CLIENT_SECRET,\n"
    "CONNECTOR_SUBJECT_TOKEN, CONNECTOR_TENANT_ID, CONNECTOR_RESOURCE_ID,\n"
    "CONNECTOR_GOOGLE_CREDENTIALS, CONNECTOR_GOOGLE_SERVICE_ACCOUNT, CONNECTOR_GOOGLE_ACCESS as "
    "the\n"
    "type needs them;\n"
    "CONNECTOR_REDIRECT_PORT, CONNECTOR_HTTP_PATH or CONNECTOR_WAREHOUSE_ID, CONNECTOR_TABLE,\n"
    "CONNECTOR_STATEMENT; CONNECTOR_APPLICATION (within what it works, for the dump);\n"
    "CONNECTOR_LOG=debug logs to stderr.\n"
    "Exit: 0 done, 1 an operation failed (count, exec), 64 usage.\n";

struct options {
    const char *auth, *drive;
    long operations, limit_s;
    bool is_over; /* help and the like have been printed */
};

static long number_between(const char *text, long lowest, long highest)
{
    char *end = NULL;
    long n = strtol(text, &end, 10);
    return *text && !*end && n >= lowest && n <= highest ? n : -1;
}

static int read_options(int argc, char **argv, struct options *o)
{
    static const struct option known[] = {{"auth", required_argument, NULL, 'a'},
                                          {"drive", required_argument, NULL, 'd'},
                                          {"operations", required_argument, NULL, 'n'},
                                          {"limit", required_argument, NULL, 'l'},
                                          {"client-name", required_argument, NULL, 'c'},
                                          {"defects", no_argument, NULL, 'D'},
                                          {"version", no_argument, NULL, 'V'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        switch (c) {
        case 'a':
            o->auth = optarg;
            break;
        case 'd':
            o->drive = optarg;
            break;
        case 'n':
            o->operations = number_between(optarg, 1, MOST_ROUNDS);
            break;
        case 'l':
            o->limit_s = number_between(optarg, 1, 3600);
            break;
        case 'c':
            setenv("CONNECTOR_CLIENT_NAME", optarg, 1); /* the argument wins */
            break;
        case 'D':
            defects_print(stdout);
            o->is_over = true;
            break;
        case 'V':
            puts(PRODUCT_USER_AGENT);
            o->is_over = true;
            break;
        case 'h':
            fputs(help, stdout);
            o->is_over = true;
            break;
        default:
            return -1;
        }
    }
    return 0;
}

static int check_options(const struct options *o, int arguments_left)
{
    bool counts = strcmp(o->drive, "count") == 0;
    if (!o->auth) {
        fputs("reference-connector: --auth is missing; --help lists the types\n", stderr);
    } else if (!counts && strcmp(o->drive, "lines") != 0 && strcmp(o->drive, "exec") != 0) {
        fprintf(stderr, "reference-connector: --drive %s: lines, count or exec\n", o->drive);
    } else if (o->operations < 0 || counts != (o->operations > 0)) {
        fputs("reference-connector: --drive count needs --operations N, the others none\n", stderr);
    } else if (o->limit_s < 0) {
        fputs("reference-connector: --limit is a number of seconds from 1 to 3600\n", stderr);
    } else if (arguments_left > 0) {
        fputs("reference-connector: there are arguments that are no options\n", stderr);
    } else {
        return 0;
    }
    return -1;
}

static int run(const struct options *o)
{
    struct drive drive;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    drive_init(&drive, o->auth, o->limit_s * 1000);
    int status = strcmp(o->drive, "lines") == 0
                     ? drive_lines(&drive)
                     : drive_count(&drive, o->operations ? o->operations : 1);
    drive_done(&drive);
    curl_global_cleanup();
    return defects_on() ? sabotage_end(status) : status;
}

int main(int argc, char **argv)
{
    struct options options = {.drive = "lines", .limit_s = LIMIT_S};
    if (read_options(argc, argv, &options) < 0) {
        return EXIT_USAGE;
    }
    if (options.is_over) {
        return 0;
    }
    if (check_options(&options, argc - optind) < 0 ||
        defects_choose(getenv("CONNECTOR_DEFECT")) < 0) {
        return EXIT_USAGE;
    }
    return run(&options);
}
