// SPDX-License-Identifier: Apache-2.0
// Rust over a suspension of the machine; run by driver. Time goes on, time-outs stand still.
mod probe;
use probe::{ask, check, unix};
use std::process::exit;
use std::time::{Duration, Instant};

const SUSPEND: u64 = 3600;
const PENDING: Duration = Duration::from_millis(900);

fn suspend(after_ms: u64) {
    ask("SUSPEND", SUSPEND, after_ms);
}

fn waits_last(phase: &str) -> u32 {
    probe::all_waits(phase, PENDING, || suspend(300), PENDING)
}

fn main() {
    let (start, wall) = (Instant::now(), unix());
    suspend(0);
    let gone = unix() - wall;
    let near = Duration::from_secs(SUSPEND - 1) <= gone && gone < Duration::from_secs(SUSPEND + 5);
    let mut failures = check(near, "wall", gone);
    failures += check(start.elapsed() < Duration::from_secs(5), "monotonic", start.elapsed());
    failures += waits_last("first");
    failures += waits_last("again");
    exit(i32::from(failures > 0));
}
