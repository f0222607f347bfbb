// SPDX-License-Identifier: Apache-2.0

// Go over a suspension of the machine, built without cgo so that it is static; run by driver. Time
// goes on, time-outs stand still. time.Since and Before use the monotonic reading where both sides
// have one: who wants to know whether a token has ended has to take it away (golang/go#35012).
package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"time"
)

const suspendSeconds, pending = 3600, 900 * time.Millisecond

func suspend(afterMs int) {
	ask("SUSPEND", suspendSeconds, afterMs)
}

func waitsLast(phase string) {
	checkWaits(phase, allWaits(pending, func() { suspend(300) }), pending)
}

func heldReply() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Write([]byte("{"))
		w.(http.Flusher).Flush()
		time.Sleep(pending)
		w.Write([]byte("}"))
	}))
	defer server.Close()
	got := make(chan string)
	go func() {
		client := http.Client{Timeout: 5 * time.Second}
		reply, err := client.Get(server.URL)
		if err != nil {
			got <- err.Error()
			return
		}
		body, err := io.ReadAll(reply.Body)
		reply.Body.Close()
		got <- fmt.Sprint(string(body), err)
	}()
	suspend(300)
	told := <-got
	check(told == "{}<nil>", "held-reply", told)
}

func main() {
	start := time.Now()
	wall := start.UnixMilli()
	ends := start.Add(50 * time.Minute)
	suspend(0)
	wallGone := time.Now().UnixMilli() - wall - suspendSeconds*1000
	check(wallGone >= -1000 && wallGone < 5000, "wall", wallGone)
	check(time.Since(start) < 5*time.Second, "monotonic", time.Since(start))
	check(time.Now().Before(ends), "an-expiry-with-a-monotonic-reading-has-not-come", ends)
	check(time.Now().Round(0).After(ends.Round(0)), "an-expiry-without-one-has", ends.Round(0))
	waitsLast("first")
	waitsLast("again")
	heldReply()
	end()
}
