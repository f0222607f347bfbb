#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A connector for drive lines that misbehaves in the way its first argument names."""
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request

OUT = sys.stdout
TOKEN = os.environ.get("TOKEN", "")


def say(text):
    OUT.write(text)
    OUT.flush()


def answer(question, **members):
    say(json.dumps(dict({"seq": question["seq"], "ok": True}, **members)) + "\n")


def questions():
    for line in sys.stdin:
        yield json.loads(line)


def each(act):
    for question in questions():
        act(question)


def validate(question):
    url = os.environ["HOST"] + "/api/2.1/unity-catalog/tables/" + os.environ["TABLE"]
    request = urllib.request.Request(url, headers={"Authorization": "Bearer " + TOKEN})
    try:
        with urllib.request.urlopen(request) as reply:
            answer(question, table_id=json.load(reply)["table_id"])
    except OSError as error:
        answer(question, ok=False, error=str(error))


def good():
    for question in questions():
        if question["do"] == "validate":
            validate(question)
        elif question["do"] == "dump":
            answer(question, text="Config(token=***)")
        else:
            say(json.dumps({"seq": question["seq"], "unsupported": True}) + "\n")


def escape():
    """Leaves a process behind that neither the group nor the parent reaches."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)
    os.wait()
    each(answer)


def flood():
    next(questions())
    chunk = b"x" * 65536
    while True:
        os.write(1, chunk)


def half_line():
    question = next(questions())
    say('{"seq":%d,' % question["seq"])
    time.sleep(600)


def deaf_to_term():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    each(answer)
    time.sleep(600)


def closed_stdout():
    next(questions())
    os.close(1)
    time.sleep(600)


def die_of_signal():
    next(questions())
    os.kill(os.getpid(), signal.SIGSEGV)


def late_second_answer():
    for question in questions():
        answer(question)
    answer(question)


def split_secret():
    each(answer)
    half = len(TOKEN) // 2
    os.write(2, b"token is " + TOKEN[:half].encode())
    time.sleep(0.02)
    os.write(2, TOKEN[half:].encode() + b"\n")


def files():
    home, tmp = os.environ["HOME"], os.environ["TMPDIR"]
    os.mkdir(home + "/.cache")
    with open(home + "/.cache/token.json", "w") as f:
        json.dump({"access_token": TOKEN}, f)
    os.chmod(home + "/.cache/token.json", 0o640)
    with open(tmp + "/trace.log", "wb") as f:
        f.write(b"\0" * 100 + TOKEN.encode("utf-16-le"))
    open(home + "/empty", "w").close()
    os.symlink("/etc/passwd", home + "/link")
    os.mkfifo(tmp + "/pipe")
    each(answer)


def with_child(*arguments, **options):
    """A child that lives as long as it is asked: it is looked for anew in each operation, of which there
    are to be many, so that it is seen on a machine that is slow to look."""
    child = subprocess.Popen(["/bin/sh", "-c", "read end; :", *arguments], stdin=subprocess.PIPE, **options)
    for question in questions():
        time.sleep(0.03)
        answer(question)
    child.stdin.close()
    child.wait()


def child_argv():
    with_child("--token", TOKEN)


def child_environ():
    with_child(env=dict(os.environ, COPIED=TOKEN))


def environment():
    for question in questions():
        answer(question, env=dict(os.environ), argv=sys.argv[2:], cwd=os.getcwd())


def once(make):
    def run():
        question = next(questions())
        say(make(question["seq"]))
        sys.stdin.read()
    return run


BEHAVIOURS = {
    "good": good,
    "ok": lambda: each(answer),
    "exit-at-once": lambda: sys.exit(1),
    "hang-at-start": lambda: time.sleep(600),
    "hang-in-operation": lambda: (next(questions()), time.sleep(600)),
    "hang-in-second": lambda: (answer(next(questions())), time.sleep(600)),
    "deaf-to-term": deaf_to_term,
    "escape": escape,
    "flood": flood,
    "half-line": half_line,
    "closed-stdout": closed_stdout,
    "die-of-signal": die_of_signal,
    "exit-without-answer": lambda: (next(questions()), sys.exit(0)),
    "exit-between": lambda: answer(next(questions())),
    "late-second-answer": late_second_answer,
    "not-json": once(lambda seq: "connecting with %s\n" % TOKEN),
    "wrong-seq": once(lambda seq: '{"seq":%d,"ok":true}\n' % (seq + 1)),
    "two-answers": once(lambda seq: '{"seq":%d,"ok":true}\n' % seq * 2),
    "long-line": once(lambda seq: '{"seq":%d,"ok":true,"pad":"%s"}\n' % (seq, "x" * 2000000)),
    "nul-bytes": once(lambda seq: '{"seq":%d,"ok":true}\0\n' % seq),
    "error-with-secret": once(lambda seq: '{"seq":%d,"ok":false,"error":"denied %s"}\n' % (seq, TOKEN)),
    "dump-with-secret": once(lambda seq: '{"seq":%d,"ok":true,"text":"Config(%s)"}\n' % (seq, TOKEN)),
    "says-unsupported": once(lambda seq: '{"seq":%d,"ok":false,"error":"unsupported"}\n' % seq),
    "split-secret": split_secret,
    "files": files,
    "child-argv": child_argv,
    "child-environ": child_environ,
    "environment": environment,
}
BEHAVIOURS[sys.argv[1]]()
