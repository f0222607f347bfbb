# SPDX-License-Identifier: Apache-2.0
"""A mock that is loaded, and those forked from it: each is as if it had been started alone."""

import array
import json
import os
import select
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
import unittest

from mock_server import ME, Mock, PROGRAM, START_S

MAX_FDS = 32


class Nursery:
    """As base/sys/nursery_priv.h says it is asked."""

    def __enter__(self):
        self.socket, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.process = subprocess.Popen([PROGRAM, "nursery", "--fd", str(there.fileno())],
                                        pass_fds=[there.fileno()], start_new_session=True)
        there.close()
        self.socket.settimeout(START_S)
        assert len(self.socket.recv(64)) == 8
        return self

    def __exit__(self, *_):
        self.socket.close()
        self.process.wait(timeout=START_S)

    def fork(self, arguments, log, fds=()):
        """(pid, pidfd) of a copy."""
        numbers = [1, 2] + list(fds)
        here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        head = struct.pack(f"I{MAX_FDS}i", len(numbers), *numbers, *([0] * (MAX_FDS - len(numbers))))
        words = b"".join(word.encode() + b"\0" for word in arguments)
        descriptors = array.array("i", [there.fileno(), log.fileno(), log.fileno()] + list(fds))
        with here:
            with there:
                self.socket.sendmsg([head + words],
                                    [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptors)])
            here.settimeout(START_S)
            answer, got, _, _ = socket.recv_fds(here, 64, 1)
        pid, errno = struct.unpack("ii", answer)
        assert pid > 0 and errno == 0, (pid, errno)
        return pid, got[0]


class Forked(Mock):
    """A mock like any other, but for its start and its end."""

    def __init__(self, nursery, *arguments):
        super().__init__(*arguments)
        self.nursery = nursery

    def __enter__(self):
        self.dir = tempfile.mkdtemp(prefix="assay-mock-test-")
        self.socket_path = os.path.join(self.dir, "c.sock")
        self.log = open(os.path.join(self.dir, "log"), "w+b")
        read_fd, write_fd = os.pipe()
        watched, self.lifeline = os.pipe()
        self.ready_number, self.watch_number = write_fd, watched
        words = ["assay-mock", "serve", "--port", "0", "--https", "--https-port", "0", "--control",
                 self.socket_path, "--ready-fd", str(write_fd), "--watch-fd", str(watched),
                 "--watch-parent", "--quiet"]
        self.pid, self.pidfd = self.nursery.fork(words + self.arguments, self.log, [write_fd, watched])
        os.close(write_fd)
        os.close(watched)
        line = b""
        while True:
            assert select.select([read_fd], [], [], START_S)[0], "not ready in time, or kept open"
            piece = os.read(read_fd, 4096)
            if not piece:
                break
            line += piece
        assert line.endswith(b"\n"), "ended at its start: " + self.output()
        os.close(read_fd)
        self.ready = json.loads(line)
        self.port, self.https_port = self.ready["port"], self.ready["https_port"]
        return self

    def has_ended(self, within_s=START_S):
        return bool(select.select([self.pidfd], [], [], within_s)[0])

    def __exit__(self, *_):
        if self.lifeline is not None:
            os.close(self.lifeline)
        ended = self.has_ended()
        os.close(self.pidfd)
        output = self.output()
        self.log.close()
        shutil.rmtree(self.dir)
        assert ended, "it outlived whom it watches"
        assert output == "", output


def secrets_of(mock):
    """All that was minted, as (name, value)."""
    return {c["name"]: c["value"] for c in mock.ok("GET", "/canaries")}


def request_id(mock):
    return mock.get(ME).getheader("x-request-id")


class Copies(unittest.TestCase):
    def test_two_share_no_secret_and_no_id(self):
        with Nursery() as nursery, Forked(nursery) as one, Forked(nursery) as other:
            ours, theirs = secrets_of(one), secrets_of(other)
            self.assertEqual(ours.keys(), theirs.keys())
            self.assertGreaterEqual(len(ours), 2)
            self.assertEqual(set(ours.values()) & set(theirs.values()), set())
            self.assertNotEqual(request_id(one), request_id(other))

    def test_one_like_another_in_what_it_serves(self):
        with Nursery() as nursery, Forked(nursery, "--seed", "7") as copy, \
                Mock("--seed", "7") as alone:
            self.assertEqual(secrets_of(copy), secrets_of(alone))
            self.assertEqual(copy.ok("GET", "/credentials")["principals"],
                             alone.ok("GET", "/credentials")["principals"])
            self.assertEqual(copy.get(ME).status, alone.get(ME).status)
            self.assertEqual([r["seq"] for r in copy.settled_journal()],
                             [r["seq"] for r in alone.settled_journal()])

    def test_the_same_seed_gives_the_same_again(self):
        with Nursery() as nursery, Forked(nursery, "--seed", "7") as one, \
                Forked(nursery, "--seed", "7") as other, Forked(nursery, "--seed", "8") as third:
            self.assertEqual(secrets_of(one), secrets_of(other))
            self.assertEqual(set(secrets_of(one).values()) & set(secrets_of(third).values()), set())

    def test_what_one_was_told_another_does_not_know(self):
        with Nursery() as nursery, Forked(nursery) as one:
            one.ok("POST", "/clock", {"advance_ms": 3600000})
            one.get(ME)
            with Forked(nursery) as later:
                self.assertEqual(later.settled_journal(), [])
                self.assertLess(later.ok("GET", "/health")["real_ms"], 3600000)
                self.assertLess(abs(later.ok("GET", "/clock")["wall_ms"] - 1000 * time.time()), 60000)

    def test_none_has_a_descriptor_of_another_or_of_the_nursery(self):
        def targets(pid):
            return {int(n): os.readlink(f"/proc/{pid}/fd/{n}") for n in os.listdir(f"/proc/{pid}/fd")}

        with Nursery() as nursery, Forked(nursery) as one, Forked(nursery) as other:
            ours, theirs = targets(one.pid), targets(other.pid)
            shared = {t for t in set(ours.values()) & set(theirs.values())
                      if not t.startswith("anon_inode:") and t != "/dev/null"}
            self.assertEqual(shared, set())
            of_nursery = {t for t in targets(nursery.process.pid).values()
                          if t.startswith(("socket:", "pipe:"))}
            self.assertEqual(of_nursery & set(theirs.values()), set())
            self.assertIn(one.watch_number, ours)
            self.assertNotIn(one.ready_number, {n for n, t in ours.items() if t.startswith("pipe:")}
                             - {one.watch_number})

    def test_the_nursery_keeps_nothing_of_what_it_handed_on(self):
        with Nursery() as nursery:
            before = len(os.listdir(f"/proc/{nursery.process.pid}/fd"))
            for _ in range(3):
                with Forked(nursery):
                    pass
            self.assertEqual(len(os.listdir(f"/proc/{nursery.process.pid}/fd")), before)

    def test_each_leads_its_own_group(self):
        with Nursery() as nursery, Forked(nursery) as one:
            self.assertEqual(os.getpgid(one.pid), one.pid)


class Ends(unittest.TestCase):
    def test_whom_it_watches_ends_and_so_does_it(self):
        with Nursery() as nursery, Forked(nursery) as one, Forked(nursery) as other:
            self.assertFalse(one.has_ended(0))
            os.close(one.lifeline)
            one.lifeline = None
            self.assertTrue(one.has_ended())
            self.assertFalse(other.has_ended(0.1))

    def test_a_pidfd_can_be_watched(self):
        asker = subprocess.Popen(["sleep", "60"])
        pidfd = os.pidfd_open(asker.pid)
        with Mock("--watch-fd", str(pidfd), pass_fds=[pidfd]) as mock:
            os.close(pidfd)
            self.assertGreaterEqual(mock.ok("GET", "/health")["real_ms"], 0)
            asker.kill()
            self.assertEqual(mock.process.wait(timeout=START_S), 0)
            asker.wait()

    def test_all_end_when_the_nursery_is_killed(self):
        with Nursery() as nursery, Forked(nursery) as one, Forked(nursery) as other:
            nursery.process.send_signal(signal.SIGKILL)
            self.assertTrue(one.has_ended() and other.has_ended())

    def test_the_nursery_ends_when_nobody_can_ask(self):
        with Nursery() as nursery:
            nursery.socket.close()
            self.assertEqual(nursery.process.wait(timeout=START_S), 0)

    def test_ended_ones_are_reaped(self):
        with Nursery() as nursery:
            with Forked(nursery) as one:
                pid = one.pid
            for _ in range(100):
                if not os.path.exists(f"/proc/{pid}"):
                    break
                time.sleep(0.02)
            self.assertFalse(os.path.exists(f"/proc/{pid}"))

    def test_why_one_does_not_start_is_in_its_log(self):
        with Nursery() as nursery, tempfile.TemporaryFile() as log:
            for words in (["assay-mock", "serve", "--prot", "0"], ["assay-mock", "routes"], ["x"]):
                _, pidfd = nursery.fork(words, log)
                self.assertTrue(select.select([pidfd], [], [], START_S)[0])
                os.close(pidfd)
            log.seek(0)
            text = log.read()
            self.assertIn(b"did you mean `--port'", text)
            self.assertEqual(text.count(b"starts `serve'"), 2)


class Alone(unittest.TestCase):
    def test_without_a_socket_it_says_so(self):
        ended = subprocess.run([PROGRAM, "nursery", "--fd", "99"], capture_output=True, text=True)
        self.assertNotEqual(ended.returncode, 0)
        self.assertIn("99", ended.stderr)
        self.assertEqual(subprocess.run([PROGRAM, "nursery"], capture_output=True).returncode, 64)


if __name__ == "__main__":
    unittest.main()
