// SPDX-License-Identifier: Apache-2.0
// What the programs in Rust share: how they speak to the driver, and the ways to wait.
use std::io::{stdin, stdout, Write};
use std::sync::{mpsc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

pub fn check(held: bool, name: &str, seen: impl std::fmt::Debug) -> u32 {
    println!("{} {} {:?}", if held { "OK" } else { "FAIL" }, name, seen);
    u32::from(!held)
}

pub fn ask(what: &str, seconds: u64, after_ms: u64) {
    println!("{} {} {}", what, seconds, after_ms);
    stdout().flush().unwrap();
    stdin().read_line(&mut String::new()).unwrap();
}

pub fn unix() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap()
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

/// All waits at once, and something done meanwhile; how many did not last as long as they should.
pub fn all_waits(phase: &str, d: Duration, meanwhile: impl FnOnce(), least: Duration) -> u32 {
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
    meanwhile();
    let mut failures = 0;
    for (name, thread) in threads {
        let took = thread.join().unwrap();
        let held = took + Duration::from_millis(3) >= least && took < least + Duration::from_secs(5);
        failures += check(held, &format!("{}-{}", phase, name), took);
    }
    failures
}
