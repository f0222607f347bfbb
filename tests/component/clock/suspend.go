// SPDX-License-Identifier: Apache-2.0

// Go over a suspension of the machine, built without cgo so that it is static; run by driver. Time
// goes on, time-outs stand still. time.Since and Before use the monotonic reading where both sides
// have one: who wants to know whether a token has ended has to take it away (golang/go#35012).
package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"time"
)

const suspendSeconds, pending = 3600, 900 * time.Millisecond

var failures int
var input = bufio.NewReader(os.Stdin)

func check(held bool, name string, seen any) {
	word := "OK"
	if !held {
		word = "FAIL"
		failures++
	}
	fmt.Println(word, name, seen)
}

func suspend(afterMs int) {
	fmt.Println("SUSPEND", suspendSeconds, afterMs)
	input.ReadString('\n')
}

var waits = map[string]func(time.Duration){
	"sleep": time.Sleep,
	"timer": func(d time.Duration) { <-time.NewTimer(d).C },
	"context": func(d time.Duration) {
		ctx, cancel := context.WithTimeout(context.Background(), d)
		defer cancel()
		<-ctx.Done()
	},
	"read-deadline": func(d time.Duration) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return
		}
		defer l.Close()
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			return
		}
		defer c.Close()
		c.SetReadDeadline(time.Now().Add(d))
		c.Read(make([]byte, 1))
	},
}

func waitsLast(phase string) {
	var group sync.WaitGroup
	var lock sync.Mutex
	for name, wait := range waits {
		name, wait := name, wait
		group.Add(1)
		go func() {
			defer group.Done()
			start := time.Now()
			wait(pending)
			took := time.Since(start)
			lock.Lock()
			defer lock.Unlock()
			check(took >= pending-3*time.Millisecond && took < pending+5*time.Second, phase+"-"+name, took)
		}()
	}
	suspend(300)
	group.Wait()
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
	if failures > 0 {
		os.Exit(1)
	}
}
