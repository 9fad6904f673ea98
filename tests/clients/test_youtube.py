"""google-api-python-client, with its own discovery document and its own credentials."""

from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build

from sandbox import SANDBOX, Scene


class YouTube(Scene):
    platform = "youtube"

    def setUp(self):
        super().setUp()
        # Without an access token: the first call has to refresh.
        self.credentials = Credentials(
            token=None,
            refresh_token=self.account["refresh_token"],
            token_uri=self.account["token_endpoint"],
            client_id=self.account["client_id"],
            client_secret=self.account["client_secret"],
        )
        options = {"api_endpoint": f"{SANDBOX.base}/youtube/"}
        self.api = build("youtube", "v3", credentials=self.credentials, client_options=options)
        self.addCleanup(self.api.close)

    def threads(self, **more):
        channel = self.account["account_id"]
        return self.api.commentThreads().list(
            part="id,snippet,replies", allThreadsRelatedToChannelId=channel, textFormat="plainText", **more
        )

    def test_threads_are_listed_page_by_page(self):
        written = self.public_writes(7)
        request, seen, pages = self.threads(maxResults=3), set(), 0
        while request is not None:
            page = request.execute()
            pages += 1
            seen |= {item["id"] for item in page["items"]}
            request = self.api.commentThreads().list_next(request, page)
        self.assertLessEqual(written, seen)
        self.assertGreater(pages, 2)
        self.assertIsNotNone(self.credentials.token)

    def test_replies_are_listed_under_their_thread(self):
        thread = self.public_writes(1).pop()
        written = {SANDBOX.writes("youtube", f"نفس السؤال {number}", thread) for number in range(7)}
        request, seen = self.api.comments().list(part="id,snippet", parentId=thread, maxResults=3), set()
        while request is not None:
            page = request.execute()
            seen |= {item["id"] for item in page["items"]}
            request = self.api.comments().list_next(request, page)
        self.assertEqual(seen, written)

    def test_several_comments_are_hidden_in_one_call_and_shown_again(self):
        comments = self.public_writes(3)
        for status, hidden in [("rejected", True), ("published", False)]:
            self.api.comments().setModerationStatus(id=",".join(comments), moderationStatus=status).execute()
            for comment in comments:
                self.assert_hidden(comment, hidden)

    def test_a_reply_is_written_and_deleted(self):
        comment = self.public_writes(1).pop()
        body = {"snippet": {"parentId": comment, "textOriginal": "غداً إن شاء الله"}}
        reply = self.api.comments().insert(part="snippet", body=body).execute()
        self.assert_replied(reply["id"], comment, "غداً إن شاء الله")
        self.api.comments().delete(id=reply["id"]).execute()
        self.assert_deleted(reply["id"])

    def test_the_same_refresh_token_brings_a_new_access_token_each_time(self):
        from google.auth.transport.requests import Request

        self.credentials.refresh(Request())
        first = self.credentials.token
        self.credentials.refresh(Request())
        self.assertNotEqual(first, self.credentials.token)
        self.assertEqual(self.credentials.refresh_token, self.account["refresh_token"])
