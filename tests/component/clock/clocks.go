// SPDX-License-Identifier: Apache-2.0

// Go under the virtual clock, built without cgo so that it is static; run by driver.
package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"
)

const jumpSeconds = 3600

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

func jump(seconds, afterMs int) {
	fmt.Println("JUMP", seconds, afterMs)
	input.ReadString('\n')
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

func all(phase string, d time.Duration, jumpS int, least time.Duration) {
	var group sync.WaitGroup
	var lock sync.Mutex
	for name, wait := range waits {
		group.Add(1)
		go func() {
			defer group.Done()
			start := time.Now()
			wait(d)
			took := time.Since(start)
			lock.Lock()
			defer lock.Unlock()
			check(took >= least-3*time.Millisecond && took < least+5*time.Second, phase+"-"+name, took)
		}()
	}
	if jumpS > 0 {
		jump(jumpS, 200)
	}
	group.Wait()
}

func main() {
	const short, long = 300 * time.Millisecond, 3000 * time.Second
	start := time.Now()
	wall := start.UnixMilli()
	all("before", short, 0, short)
	jump(jumpSeconds, 0)
	gone := time.Since(start) - jumpSeconds*time.Second
	check(gone >= short && gone < short+5*time.Second, "monotonic", gone)
	wallGone := time.Now().UnixMilli() - wall - jumpSeconds*1000
	check(wallGone >= 300 && wallGone < 5300, "wall", wallGone)
	said, _ := exec.Command("date", "+%s").Output()
	child, _ := strconv.ParseInt(strings.TrimSpace(string(said)), 10, 64)
	check(time.Now().Unix()-child >= 0 && time.Now().Unix()-child < 5, "child", child)
	all("after", short, 0, short)
	all("due", long, jumpSeconds, jumpSeconds*time.Second)
	all("shortened", long+1500*time.Millisecond, 3000, long+1500*time.Millisecond)
	if failures > 0 {
		os.Exit(1)
	}
}
