// SPDX-License-Identifier: Apache-2.0
// Rust over a suspension of the machine; run by driver. Time goes on, time-outs stand still.
use std::io::{stdin, stdout, Write};
use std::process::exit;
use std::sync::{mpsc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const SUSPEND: u64 = 3600;
const PENDING: Duration = Duration::from_millis(900);

fn check(held: bool, name: &str, seen: impl std::fmt::Debug) -> u32 {
    println!("{} {} {:?}", if held { "OK" } else { "FAIL" }, name, seen);
    u32::from(!held)
}

fn suspend(after_ms: u64) {
    println!("SUSPEND {} {}", SUSPEND, after_ms);
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

fn waits_last(phase: &str) -> u32 {
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
                wait(PENDING);
                start.elapsed()
            }))
        })
        .collect();
    suspend(300);
    let mut failures = 0;
    for (name, thread) in threads {
        let took = thread.join().unwrap();
        let held = took + Duration::from_millis(3) >= PENDING
            && took < PENDING + Duration::from_secs(5);
        failures += check(held, &format!("{}-{}", phase, name), took);
    }
    failures
}

fn unix() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap()
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
