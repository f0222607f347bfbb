// SPDX-License-Identifier: Apache-2.0

// What the programs in Go share: how they speak to the driver, and the ways to wait.
package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"sync"
	"time"
)

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

func ask(what string, seconds, afterMs int) {
	fmt.Println(what, seconds, afterMs)
	input.ReadString('\n')
}

func end() {
	if failures > 0 {
		os.Exit(1)
	}
}

var waits = map[string]func(time.Duration){
	"sleep": time.Sleep,
	"timer": func(d time.Duration) { <-time.NewTimer(d).C },
	"after": func(d time.Duration) {
		done := make(chan bool)
		time.AfterFunc(d, func() { close(done) })
		<-done
	},
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

// How long each took, by name; all at once, and something done meanwhile.
func allWaits(d time.Duration, meanwhile func()) map[string]time.Duration {
	took := map[string]time.Duration{}
	var group sync.WaitGroup
	var lock sync.Mutex
	for name, wait := range waits {
		name, wait := name, wait
		group.Add(1)
		go func() {
			defer group.Done()
			start := time.Now()
			wait(d)
			gone := time.Since(start)
			lock.Lock()
			defer lock.Unlock()
			took[name] = gone
		}()
	}
	meanwhile()
	group.Wait()
	return took
}

func checkWaits(phase string, took map[string]time.Duration, least time.Duration) {
	for name, t := range took {
		check(t >= least-3*time.Millisecond && t < least+5*time.Second, phase+"-"+name, t)
	}
}
