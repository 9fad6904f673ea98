"""`majlis sandbox` as a child process, and the strings behind its scene."""

import atexit
import json
import os
import subprocess
import urllib.request
from datetime import datetime, timedelta, timezone
from unittest import TestCase

# Comments stand at a time that every list has reached: X's search is half a minute late.
WRITTEN_AGO = timedelta(minutes=5)


class Sandbox:
    """The stand-ins on a free port of this machine, with nothing under their posts but what a test writes."""

    def __init__(self, majlis):
        command = [majlis, "sandbox", "--listen", "127.0.0.1:0", "--corpus", os.devnull, "--json"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        atexit.register(self.close)
        told = json.loads(self._process.stdout.readline())
        self.base = told["base_url"]

    def close(self):
        self._process.terminate()
        self._process.wait()
        self._process.stdout.close()

    def account(self, platform):
        """Our account there, with the tokens that are good now."""
        accounts = self._control("GET", "accounts")
        return next(account for account in accounts if account["platform"] == platform)

    def writes(self, platform, text, parent=None):
        """The public writes a comment; the platform's id of it."""
        at = (datetime.now(timezone.utc) - WRITTEN_AGO).isoformat()
        body = {"platform": platform, "author": "Omar", "text": text, "at": at}
        if parent:
            body["parent_id"] = parent
        return self._control("POST", "comments", body)["id"]

    def comment(self, comment_id):
        """What became of a comment."""
        comments = self._control("GET", "state")["comments"]
        return next(comment for comment in comments if comment["id"] == comment_id)

    def reply(self, reply_id):
        """What became of a reply of ours; `None` where there never was one."""
        replies = self._control("GET", "state")["replies"]
        return next((reply for reply in replies if reply["id"] == reply_id), None)

    def _control(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.base}/control/{path}", data, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)


# One for all tests of a run: what they write is told apart by its ids.
SANDBOX = Sandbox(os.environ["MAJLIS"])


class Scene(TestCase):
    """A test of one client on one platform; it must use nothing of ours but the stand-in's address."""

    platform = None

    def setUp(self):
        self.account = SANDBOX.account(self.platform)

    def public_writes(self, count):
        return {SANDBOX.writes(self.platform, f"متى يبدأ التسجيل؟ {number}") for number in range(count)}

    def assert_hidden(self, comment_id, hidden):
        self.assertEqual(SANDBOX.comment(comment_id)["hidden"], hidden)

    def assert_replied(self, reply_id, comment_id, text):
        reply = SANDBOX.reply(reply_id)
        self.assertEqual((reply["parent_id"], reply["text"]), (comment_id, text))

    def assert_deleted(self, reply_id):
        self.assertTrue(SANDBOX.reply(reply_id)["deleted"])
