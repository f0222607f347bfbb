// SPDX-License-Identifier: Apache-2.0

// Go under the virtual clock, built without cgo so that it is static; run by driver.
package main

import (
	"os/exec"
	"strconv"
	"strings"
	"time"
)

const jumpSeconds = 3600

func all(phase string, d time.Duration, jumpS int, least time.Duration) {
	checkWaits(phase, allWaits(d, func() {
		if jumpS > 0 {
			ask("JUMP", jumpS, 200)
		}
	}), least)
}

func main() {
	const short, long = 300 * time.Millisecond, 3000 * time.Second
	start := time.Now()
	wall := start.UnixMilli()
	all("before", short, 0, short)
	ask("JUMP", jumpSeconds, 0)
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
	end()
}
