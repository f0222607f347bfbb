/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys/clock.h"
#include "mock/control/control_priv.h"
#include "mock/journal/journal_store.h"

int control_get_spaces(struct exchange *x, struct err *err)
{
    (void)err;
    const struct space_set *spaces = control_of(x)->backend.spaces;
    struct json *list = json_array();
    const struct space *s = NULL;
    for (size_t i = 0; (s = space_set_at(spaces, i)) != NULL; i++) {
        struct json *o = json_object();
        json_set_string(o, "name", s->name);
        json_set_int(o, "requests", journal_store_seq(s->journal));
        json_set_int(o, "open", journal_store_open(s->journal));
        json_set_int(o, "offset_ms", clock_offset_ms(&s->clock));
        json_push(list, o);
    }
    http_reply_json(x->req, x->reply, 200, list);
    return 0;
}

int control_delete_space(struct exchange *x, struct err *err)
{
    (void)err;
    struct err refusal = {0};
    if (space_set_remove(control_of(x)->backend.spaces, x->req->captures[0], &refusal) < 0) {
        control_refuse_err(x, &refusal);
        return 0;
    }
    http_reply_json(x->req, x->reply, 200, json_object());
    return 0;
}

int control_post_reset(struct exchange *x, struct err *err)
{
    struct err refusal = {0};
    if (space_reset(space_of(x), &refusal) < 0) {
        control_refuse_err(x, &refusal);
        return 0;
    }
    return control_get_credentials(x, err);
}
