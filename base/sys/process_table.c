/* SPDX-License-Identifier: Apache-2.0 */
/* Who is below whom, from /proc/PID/stat (proc_pid_stat(5)). The whole table is read each time: the
 * kernel's per-task list of children may leave some out while others end. */
#include "base/sys/process.h"

#include "base/sys/fs.h"
#include "base/sys/process_priv.h"
#include "base/text/number.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STAT_MAX_BYTES ((size_t)4096)
#define ARGS_MAX_BYTES ((size_t)8 * 1024 * 1024) /* above the kernel's own limit by default */
#define COMMAND_MAX    64

/* /proc must show the pids that kill() means, or others would be killed. */
static int check_proc(struct err *err)
{
    char text[32];
    int64_t shown = 0;
    struct err ignored = {0};
    ssize_t len = readlink("/proc/self", text, sizeof(text));
    if (len <= 0 || parse_int64(str_n(text, (size_t)len), 1, INT_MAX, &shown, &ignored) < 0 ||
        shown != getpid()) {
        return err_set(err, ERR_UNAVAILABLE,
                       "/proc is not mounted for this process's pid namespace");
    }
    return 0;
}

#define PROC "/proc"

struct proc_file {
    const char *proc; /* where it is mounted */
    pid_t pid;
    const char *name;
};

static bool read_proc(const struct proc_file *file, size_t max_bytes, struct buf *out)
{
    char path[96];
    struct err ignored = {0};
    snprintf(path, sizeof(path), "%s/%ld/%s", file->proc, (long)file->pid, file->name);
    return fs_read_file(path, max_bytes, out, &ignored) == 0;
}

/* "12 (any ) text) S 1 ...": the name may hold anything, so fields are counted from its last ')'.
 */
static bool parse_stat(struct str text, struct process_row *row)
{
    size_t close = text.len;
    while (close > 0 && text.ptr[close - 1] != ')') {
        close--;
    }
    struct str rest = str_trim(str_slice(text, close, text.len)), field;
    struct err ignored = {0};
    for (int number = 3; number <= 22; number++) {
        int64_t value = 0;
        if (!str_split(&rest, ' ', &field) || field.len == 0) {
            return false;
        }
        if (number == 3) {
            row->state = field.ptr[0];
        }
        if (number != 4 && number != 22) {
            continue;
        }
        if (parse_int64(field, 0, INT64_MAX, &value, &ignored) < 0) {
            return false;
        }
        if (number == 4) {
            row->parent = (pid_t)value;
        } else {
            row->start = value;
        }
    }
    return true;
}

/* 0 for what is no process. */
static pid_t pid_of_name(const char *name)
{
    int64_t pid = 0;
    struct err ignored = {0};
    bool is_number = name[0] >= '1' && name[0] <= '9' &&
                     parse_int64(str_of(name), 1, INT_MAX, &pid, &ignored) == 0;
    return is_number ? (pid_t)pid : 0;
}

static int read_table(struct arena *a, const char *proc, struct process_rows *ret, struct err *err)
{
    DIR *dir = opendir(proc);
    if (!dir) {
        return err_errno(err, "cannot read %s", proc);
    }
    AUTO_BUF struct buf text = {0};
    for (struct dirent *e = readdir(dir); e; e = readdir(dir)) {
        struct process_row row = {.pid = pid_of_name(e->d_name)};
        const struct proc_file file = {proc, row.pid, "stat"};
        if (row.pid != 0 && read_proc(&file, STAT_MAX_BYTES, &text) &&
            parse_stat(buf_str(&text), &row)) {
            *VEC_PUSH(a, ret) = row;
        }
    }
    closedir(dir);
    return 0;
}

static bool is_among(pid_t pid, const pid_t *pids, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (pids[i] == pid) {
            return true;
        }
    }
    return false;
}

static int compare_parents(const void *a, const void *b)
{
    const struct process_row *left = a, *right = b;
    return left->parent < right->parent ? -1 : left->parent > right->parent;
}

/* The first row of that parent in a table sorted by parent. */
static const struct process_row *first_child(const struct process_rows *table, pid_t parent)
{
    size_t low = 0, high = table->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (table->items[middle].parent < parent) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return table->items + low;
}

int process_rows_below(struct arena *a, pid_t root, const pid_t *keep, size_t keep_count,
                       struct process_rows *ret, struct err *err)
{
    struct process_rows table = {0}, found = {0};
    if (check_proc(err) < 0 || read_table(a, PROC, &table, err) < 0) {
        return -1;
    }
    if (table.count > 0) {
        qsort(table.items, table.count, sizeof(*table.items), compare_parents);
    }
    pid_t parent = root;
    /* A table is not read in one moment, so a number used twice could make a ring: each row is
     * taken at most once. */
    for (size_t next = 0; found.count <= table.count; next++) {
        const struct process_row *end = table.items + table.count;
        for (const struct process_row *it = first_child(&table, parent);
             it != end && it->parent == parent && found.count < table.count; it++) {
            if (it->pid != root && !is_among(it->pid, keep, keep_count)) {
                *VEC_PUSH(a, &found) = *it;
            }
        }
        if (next >= found.count) {
            break;
        }
        parent = found.items[next].pid;
    }
    *ret = found;
    return 0;
}

static const char *printable(struct arena *a, struct str text)
{
    char *out = arena_strndup(a, text.ptr, text.len < COMMAND_MAX ? text.len : COMMAND_MAX);
    for (char *p = out; *p; p++) {
        if (*p < ' ' || *p > '~') {
            *p = '?';
        }
    }
    return out;
}

const char *process_command(struct arena *a, pid_t pid)
{
    AUTO_BUF struct buf text = {0};
    if (read_proc(&(struct proc_file){PROC, pid, "cmdline"}, ARGS_MAX_BYTES, &text) &&
        buf_z(&text)[0]) {
        /* A program may put any text there: what follows a space is not its name. */
        size_t name_len = strcspn(buf_z(&text), " ");
        text.ptr[name_len] = '\0';
        const char *base = fs_basename(buf_z(&text));
        if (base[0]) {
            return printable(a, str_of(base));
        }
    }
    if (read_proc(&(struct proc_file){PROC, pid, "comm"}, STAT_MAX_BYTES, &text) && text.len > 0) {
        return printable(a, str_trim(buf_str(&text)));
    }
    return "?";
}

static void read_strings(struct arena *a, const struct proc_file *file, struct str_list *out)
{
    AUTO_BUF struct buf text = {0};
    if (!read_proc(file, ARGS_MAX_BYTES, &text) || text.len == 0) {
        return;
    }
    char *copy = arena_strndup(a, text.ptr, text.len);
    for (size_t at = 0; at < text.len; at += strlen(copy + at) + 1) {
        *VEC_PUSH(a, out) = copy + at;
    }
}

static void view_add(struct arena *a, const char *proc, const struct process_row *row,
                     struct process_views *ret)
{
    struct process_view view = {.pid = row->pid, .parent = row->parent};
    if (row->state == 'Z' || row->state == 'X') {
        return;
    }
    read_strings(a, &(struct proc_file){proc, row->pid, "cmdline"}, &view.argv);
    read_strings(a, &(struct proc_file){proc, row->pid, "environ"}, &view.environ);
    *VEC_PUSH(a, ret) = view;
}

void process_list_below(struct arena *a, pid_t pid, struct process_views *ret)
{
    AUTO_ARENA struct arena *scratch = arena_new();
    struct process_rows rows = {0};
    struct err ignored = {0};
    if (process_rows_below(scratch, pid, NULL, 0, &rows, &ignored) < 0) {
        return;
    }
    VEC_FOREACH(const struct process_row, row, &rows) {
        view_add(a, PROC, row, ret);
    }
}

int process_list_shown(struct arena *a, const char *proc, struct process_views *ret,
                       struct err *err)
{
    AUTO_ARENA struct arena *scratch = arena_new();
    struct process_rows rows = {0};
    if (read_table(scratch, proc, &rows, err) < 0) {
        return -1;
    }
    VEC_FOREACH(const struct process_row, row, &rows) {
        if (row->pid != 1) {
            view_add(a, proc, row, ret);
        }
    }
    return 0;
}
