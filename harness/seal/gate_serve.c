/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/seal/gate_priv.h"

#include "base/sys/clock.h"
#include "base/sys/fd.h"
#include "base/sys/poller.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

enum { ITEM_CHANNEL, ITEM_UDP, ITEM_TCP, ITEM_TAP, ITEM_CATCH };
#define FIXED_ITEMS (ITEM_CATCH + GATE_MAX_CATCHES)
#define MAX_ITEMS   (FIXED_ITEMS + GATE_MAX_PEERS)

struct egress_record *gate_record(struct gate_worker *w)
{
    if (w->records.count == w->records.capacity) { /* never moved: peers point into it */
        w->lost++;
        return NULL;
    }
    struct egress_record *r = &w->records.items[w->records.count++];
    *r = (struct egress_record){.at_ms = monotonic_ms()};
    return r;
}

/* A record is sent when nothing can be added to it any more. */
static bool is_open(const struct gate_worker *w, const struct egress_record *r)
{
    for (size_t i = 0; i < w->peer_count; i++) {
        if (w->peers[i].record == r) {
            return true;
        }
    }
    return false;
}

bool gate_send_records(struct gate_worker *w, int flags)
{
    while (w->sent < w->records.count && !is_open(w, &w->records.items[w->sent])) {
        const struct egress_record *r = &w->records.items[w->sent];
        if (send(w->channel, r, sizeof(*r), flags | MSG_NOSIGNAL) < 0) {
            return errno == EAGAIN || errno == EINTR;
        }
        w->sent++;
    }
    return true;
}

static int64_t next_deadline(const struct gate_worker *w)
{
    int64_t wait = -1, now = monotonic_ms();
    for (size_t i = 0; i < w->peer_count; i++) {
        int64_t left = w->peers[i].deadline_ms > now ? w->peers[i].deadline_ms - now : 0;
        wait = wait < 0 || left < wait ? left : wait;
    }
    return wait;
}

static size_t items_fill(const struct gate_worker *w, struct poll_item items[MAX_ITEMS])
{
    const struct gate_sockets *s = &w->sockets;
    bool room = w->peer_count < GATE_MAX_PEERS;
    bool waiting = w->sent < w->records.count && !is_open(w, &w->records.items[w->sent]);
    items[ITEM_CHANNEL] =
        (struct poll_item){.fd = w->channel, .want_read = true, .want_write = waiting};
    items[ITEM_UDP] = (struct poll_item){.fd = s->dns_udp, .want_read = true};
    items[ITEM_TCP] = (struct poll_item){.fd = room ? s->dns_tcp : -1, .want_read = true};
    items[ITEM_TAP] = (struct poll_item){.fd = s->tap, .want_read = true};
    for (size_t i = 0; i < GATE_MAX_CATCHES; i++) {
        items[ITEM_CATCH + i] = (struct poll_item){
            .fd = room && i < s->catch_count ? s->catches[i].fd : -1, .want_read = true};
    }
    for (size_t i = 0; i < w->peer_count; i++) {
        items[FIXED_ITEMS + i] = (struct poll_item){.fd = w->peers[i].fd, .want_read = true};
    }
    return FIXED_ITEMS + w->peer_count;
}

/* From the last to the first: closing one puts the last in its place. */
static void peers_serve(struct gate_worker *w, const struct poll_item *items)
{
    int64_t now = monotonic_ms();
    for (size_t i = w->peer_count; i > 0; i--) {
        struct gate_peer *p = &w->peers[i - 1];
        if (items[FIXED_ITEMS + i - 1].ready_read) {
            gate_peer_read(w, p);
        } else if (now >= p->deadline_ms) {
            gate_peer_close(w, p);
        }
    }
}

/* The programs have ended: what they sent is in the kernel already, nothing more will come. */
static void take_the_rest(struct gate_worker *w)
{
    struct poll_item items[MAX_ITEMS];
    struct err err = {0};
    for (int round = 0; round < 1000; round++) {
        size_t count = items_fill(w, items);
        items[ITEM_CHANNEL].fd = items[ITEM_TCP].fd = -1;
        if (poll_wait(items, count, 0, &err) <= 0) {
            break;
        }
        peers_serve(w, items);
        if (items[ITEM_TAP].ready_read) {
            gate_tap_read(w);
        }
        for (size_t i = 0; i < w->sockets.catch_count; i++) {
            if (items[ITEM_CATCH + i].ready_read) {
                gate_accept(w, w->sockets.catches[i].fd, false);
            }
        }
        if (items[ITEM_UDP].ready_read) {
            gate_answer_udp(w);
        }
    }
    while (w->peer_count > 0) {
        gate_peer_close(w, &w->peers[0]);
    }
}

int gate_tell_end(struct gate_worker *w)
{
    struct egress_record last = {.port = -1,
                                 .at_ms = w->lost}; /* how many there were no room for */
    if (!gate_send_records(w, 0) || send(w->channel, &last, sizeof(last), MSG_NOSIGNAL) < 0) {
        return 1;
    }
    return 0;
}

int gate_serve(struct gate_worker *w)
{
    struct poll_item items[MAX_ITEMS];
    struct err err = {0};
    for (;;) {
        size_t count = items_fill(w, items);
        if (poll_wait(items, count, next_deadline(w), &err) < 0) {
            return 1;
        }
        if (items[ITEM_CHANNEL].ready_read || items[ITEM_CHANNEL].ready_error) {
            take_the_rest(w);
            return gate_tell_end(w);
        }
        peers_serve(w, items);
        if (items[ITEM_UDP].ready_read) {
            gate_answer_udp(w);
        }
        if (items[ITEM_TCP].ready_read) {
            gate_accept(w, w->sockets.dns_tcp, true);
        }
        if (items[ITEM_TAP].ready_read) {
            gate_tap_read(w);
        }
        for (size_t i = 0; i < w->sockets.catch_count; i++) {
            if (items[ITEM_CATCH + i].ready_read) {
                gate_accept(w, w->sockets.catches[i].fd, false);
            }
        }
        if (!gate_send_records(w, MSG_DONTWAIT)) {
            return 0; /* the owner has ended */
        }
    }
}
