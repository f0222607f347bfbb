// SPDX-License-Identifier: Apache-2.0
// Rust under the virtual clock; run by driver.
mod probe;
use probe::{ask, check, unix};
use std::process::{exit, Command};
use std::time::{Duration, Instant};

const JUMP: u64 = 3600;

fn all(phase: &str, d: Duration, jump_s: u64, least: Duration) -> u32 {
    let jump = || {
        if jump_s > 0 {
            ask("JUMP", jump_s, 150);
        }
    };
    probe::all_waits(phase, d, jump, least)
}

fn main() {
    let (short, long) = (Duration::from_millis(300), Duration::from_secs(3000));
    let (start, wall) = (Instant::now(), unix());
    let near = |d: Duration| d >= Duration::from_secs(JUMP) + short
        && d < Duration::from_secs(JUMP + 5);
    let mut failures = all("before", short, 0, short);
    ask("JUMP", JUMP, 0);
    failures += check(near(start.elapsed()), "monotonic", start.elapsed());
    failures += check(near(unix() - wall), "wall", unix() - wall);
    let said = Command::new("date").arg("+%s").output().unwrap().stdout;
    let child: u64 = String::from_utf8(said).unwrap().trim().parse().unwrap();
    failures += check(unix().as_secs() - child < 5, "child", child);
    failures += all("after", short, 0, short);
    failures += all("due", long, JUMP, Duration::from_secs(JUMP));
    let odd = long + Duration::from_millis(1500);
    failures += all("shortened", odd, 3000, odd);
    exit(i32::from(failures > 0));
}
