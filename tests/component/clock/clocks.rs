// SPDX-License-Identifier: Apache-2.0
// Rust under the virtual clock; run by driver.
use std::io::{stdin, stdout, Write};
use std::process::{exit, Command};
use std::sync::{mpsc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const JUMP: u64 = 3600;

fn check(held: bool, name: &str, seen: impl std::fmt::Debug) -> u32 {
    println!("{} {} {:?}", if held { "OK" } else { "FAIL" }, name, seen);
    u32::from(!held)
}

fn jump(seconds: u64, after_ms: u64) {
    println!("JUMP {} {}", seconds, after_ms);
    stdout().flush().unwrap();
    stdin().read_line(&mut String::new()).unwrap();
}

fn wait_condvar(d: Duration) {
    let lock = Mutex::new(());
    let guard = lock.lock().unwrap();
    let _ = Condvar::new().wait_timeout_while(guard, d, |_| true).unwrap();
}

fn wait_channel(d: Duration) {
    let (_keep, receiver) = mpsc::channel::<u8>();
    let _ = receiver.recv_timeout(d);
}

fn wait_park(d: Duration) {
    let end = Instant::now() + d;
    while Instant::now() < end {
        thread::park_timeout(end - Instant::now());
    }
}

fn all(phase: &str, d: Duration, jump_s: u64, least: Duration) -> u32 {
    let waits: [(&str, fn(Duration)); 4] = [
        ("sleep", thread::sleep),
        ("condvar", wait_condvar),
        ("channel", wait_channel),
        ("park", wait_park),
    ];
    let threads: Vec<_> = waits
        .iter()
        .map(|&(name, wait)| {
            (name, thread::spawn(move || {
                let start = Instant::now();
                wait(d);
                start.elapsed()
            }))
        })
        .collect();
    if jump_s > 0 {
        jump(jump_s, 150);
    }
    let mut failures = 0;
    for (name, thread) in threads {
        let took = thread.join().unwrap();
        let held = took + Duration::from_millis(3) >= least && took < least + Duration::from_secs(5);
        failures += check(held, &format!("{}-{}", phase, name), took);
    }
    failures
}

fn unix() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap()
}

fn main() {
    let (short, long) = (Duration::from_millis(300), Duration::from_secs(3000));
    let (start, wall) = (Instant::now(), unix());
    let near = |d: Duration| d >= Duration::from_secs(JUMP) + short
        && d < Duration::from_secs(JUMP + 5);
    let mut failures = all("before", short, 0, short);
    jump(JUMP, 0);
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
