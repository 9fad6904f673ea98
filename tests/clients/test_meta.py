"""facebook_business, which serves Facebook and Instagram."""

from facebook_business.adobjects.comment import Comment
from facebook_business.adobjects.igcomment import IGComment
from facebook_business.adobjects.igmedia import IGMedia
from facebook_business.adobjects.iguser import IGUser
from facebook_business.adobjects.page import Page
from facebook_business.adobjects.pagepost import PagePost
from facebook_business.api import FacebookAdsApi
from facebook_business.session import FacebookSession

from sandbox import SANDBOX, Scene


class Meta(Scene):
    def setUp(self):
        super().setUp()
        session = FacebookSession(
            self.account["client_id"], self.account["app_secret"], self.account["access_token"]
        )
        session.GRAPH = f"{SANDBOX.base}/{self.platform}"
        self.addCleanup(session.requests.close)
        self.api = FacebookAdsApi(session, api_version="v26.0")


class Facebook(Meta):
    platform = "facebook"

    def posts(self):
        return Page(self.account["account_id"], api=self.api).get_published_posts(fields=["id"], params={"limit": 5})

    def test_comments_of_all_levels_are_listed_page_by_page(self):
        written = self.public_writes(7)
        written |= {SANDBOX.writes("facebook", "نفس السؤال", comment) for comment in sorted(written)[:3]}
        found = set()
        for post in self.posts():
            comments = PagePost(post["id"], api=self.api).get_comments(
                fields=["id", "message", "created_time", "from", "parent", "is_hidden", "can_hide"],
                params={"filter": "stream", "order": "reverse_chronological", "limit": 4},
            )
            found |= {comment["id"] for comment in comments}
        self.assertLessEqual(written, found)

    def test_a_comment_is_hidden_and_shown_again(self):
        comment = self.public_writes(1).pop()
        for hidden in [True, False]:
            Comment(comment, api=self.api).api_update(params={"is_hidden": hidden})
            self.assert_hidden(comment, hidden)
            seen = Comment(comment, api=self.api).api_get(fields=["is_hidden"])
            self.assertEqual(seen["is_hidden"], hidden)

    def test_a_reply_is_written_and_deleted(self):
        comment = self.public_writes(1).pop()
        text = "غداً إن شاء الله"
        reply = Comment(comment, api=self.api).create_comment(params={"message": text})["id"]
        self.assert_replied(reply, comment, text)
        Comment(reply, api=self.api).api_delete()
        self.assert_deleted(reply)

    def test_a_short_user_token_is_exchanged_for_a_long_one_and_leads_to_the_pages(self):
        query = {
            "grant_type": "fb_exchange_token",
            "client_id": self.account["client_id"],
            "client_secret": self.account["client_secret"],
            "fb_exchange_token": self.account["other_token"],
        }
        long = self.api.call("GET", ["oauth", "access_token"], query).json()["access_token"]
        session = FacebookSession(self.account["client_id"], self.account["app_secret"], long)
        session.GRAPH = self.api._session.GRAPH
        self.addCleanup(session.requests.close)
        pages = FacebookAdsApi(session, api_version="v26.0").call("GET", ["me", "accounts"]).json()["data"]
        self.assertEqual(pages[0]["access_token"], self.account["access_token"])


class Instagram(Meta):
    platform = "instagram"

    def test_comments_with_their_replies_are_listed_page_by_page(self):
        written = self.public_writes(7)
        written |= {SANDBOX.writes("instagram", "نفس السؤال", comment) for comment in sorted(written)[:3]}
        found = set()
        for media in IGUser(self.account["account_id"], api=self.api).get_media(fields=["id", "comments_count"]):
            # The client knows no field `replies`, which is an edge; its parameters may name it.
            fields = "id,text,timestamp,username,from,hidden,replies{id,text}"
            comments = IGMedia(media["id"], api=self.api).get_comments(params={"limit": 4, "fields": fields})
            for comment in comments:
                found.add(comment["id"])
                found |= {reply["id"] for reply in comment.get("replies", {"data": []})["data"]}
        self.assertLessEqual(written, found)

    def test_a_comment_is_hidden_and_shown_again(self):
        comment = self.public_writes(1).pop()
        for hidden in [True, False]:
            IGComment(comment, api=self.api).api_update(params={"hide": hidden})
            self.assert_hidden(comment, hidden)

    def test_a_reply_is_written_and_deleted(self):
        comment = self.public_writes(1).pop()
        text = "غداً إن شاء الله"
        reply = IGComment(comment, api=self.api).create_reply(params={"message": text})["id"]
        self.assert_replied(reply, comment, text)
        IGComment(reply, api=self.api).api_delete()
        self.assert_deleted(reply)

    def test_a_token_is_refreshed_while_it_lives(self):
        query = {"grant_type": "ig_refresh_token", "access_token": self.account["access_token"]}
        renewed = self.api.call("GET", self.account["token_endpoint"], query).json()["access_token"]
        self.assertNotEqual(renewed, self.account["access_token"])


del Meta, Scene
