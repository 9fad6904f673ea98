"""tweepy, which speaks of tweets, and xdk, which speaks of posts."""

import os
from urllib.parse import urlsplit, urlunsplit

import tweepy
import xdk
from requests.adapters import HTTPAdapter
from xdk.posts.models import CreateRequest, HideReplyRequest

from sandbox import SANDBOX, Scene

# oauthlib refuses plain http; the stand-in is on this machine.
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

HERE = urlsplit(f"{SANDBOX.base}/x")


class Redirect(HTTPAdapter):
    """Sends what is for the one host that tweepy knows to the stand-in."""

    def send(self, request, **options):
        asked = urlsplit(request.url)
        request.url = urlunsplit((HERE.scheme, HERE.netloc, HERE.path + asked.path, asked.query, ""))
        return super().send(request, **options)


class X(Scene):
    platform = "x"

    def search(self):
        return f"to:{self.account['handle']} -is:retweet"


class Tweepy(X):
    def setUp(self):
        super().setUp()
        self.client = tweepy.Client(bearer_token=self.account["access_token"])
        self.client.session.mount("https://api.twitter.com", Redirect())
        self.addCleanup(self.client.session.close)

    def test_mentions_and_search_are_listed_page_by_page(self):
        written = self.public_writes(23)
        fields = {"tweet_fields": ["created_at", "conversation_id", "author_id", "referenced_tweets"]}
        mentions = tweepy.Paginator(
            self.client.get_users_mentions, self.account["account_id"], user_auth=False, max_results=5, **fields
        )
        found = {str(tweet.id) for tweet in mentions.flatten()}
        self.assertLessEqual(written, found)
        search = tweepy.Paginator(self.client.search_recent_tweets, self.search(), max_results=10, **fields)
        found = {str(tweet.id) for tweet in search.flatten()}
        self.assertLessEqual(written, found)

    def test_posts_are_looked_up_by_their_ids(self):
        written = self.public_writes(2)
        found = self.client.get_tweets(list(written) + ["1"], tweet_fields=["created_at"])
        self.assertEqual({str(tweet.id) for tweet in found.data}, written)
        self.assertEqual(found.errors[0]["resource_id"], "1")

    def test_a_reply_is_hidden_and_shown_again(self):
        comment = self.public_writes(1).pop()
        self.assertTrue(self.client.hide_reply(comment, user_auth=False).data["hidden"])
        self.assert_hidden(comment, True)
        self.client.unhide_reply(comment, user_auth=False)
        self.assert_hidden(comment, False)

    def test_a_reply_is_written_and_deleted(self):
        comment = self.public_writes(1).pop()
        text = "غداً إن شاء الله"
        reply = self.client.create_tweet(text=text, in_reply_to_tweet_id=comment, user_auth=False).data["id"]
        self.assert_replied(reply, comment, text)
        self.client.delete_tweet(reply, user_auth=False)
        self.assert_deleted(reply)

    def test_a_refresh_token_is_traded_for_a_new_pair(self):
        handler = tweepy.OAuth2UserHandler(
            client_id=self.account["client_id"],
            client_secret=self.account["client_secret"],
            redirect_uri="https://127.0.0.1/",
            scope="tweet.read users.read tweet.write tweet.moderate.write offline.access".split(),
        )
        handler.mount("https://api.twitter.com", Redirect())
        self.addCleanup(handler.close)
        pair = handler.refresh_token(
            "https://api.twitter.com/2/oauth2/token",
            refresh_token=self.account["refresh_token"],
            auth=handler.auth,
        )
        self.assertNotEqual(pair["refresh_token"], self.account["refresh_token"])
        self.assertEqual(pair["access_token"], SANDBOX.account("x")["access_token"])


class Xdk(X):
    def setUp(self):
        super().setUp()
        self.client = xdk.Client(
            base_url=f"{SANDBOX.base}/x",
            client_id=self.account["client_id"],
            client_secret=self.account["client_secret"],
            token={
                "access_token": self.account["access_token"],
                "refresh_token": self.account["refresh_token"],
                "token_type": "bearer",
                "expires_at": 2**40,
            },
        )
        self.addCleanup(self.client.session.close)

    def test_mentions_and_search_are_listed_page_by_page(self):
        written = self.public_writes(23)
        fields = {
            "post_fields": ["created_at", "conversation_id", "note_post"],
            "expansions": ["author_id", "referenced_posts"],
        }
        pages = [
            *self.client.users.get_mentions(self.account["account_id"], max_results=5, **fields),
            *self.client.posts.search_recent(self.search(), max_results=10, **fields),
        ]
        self.assertGreater(len(pages), 5)
        posts = [post for page in pages for post in page.data or []]
        found = [(post if isinstance(post, dict) else post.model_dump())["id"] for post in posts]
        for comment in written:
            self.assertEqual(found.count(comment), 2, comment)

    def test_a_reply_is_hidden_and_shown_again(self):
        comment = self.public_writes(1).pop()
        for hidden in [True, False]:
            self.client.posts.hide_reply(comment, body=HideReplyRequest(hidden=hidden))
            self.assert_hidden(comment, hidden)

    def test_a_reply_is_written_and_deleted(self):
        comment = self.public_writes(1).pop()
        body = CreateRequest(text="غداً إن شاء الله", reply={"in_reply_to_tweet_id": comment})
        reply = self.client.posts.create(body=body).data.id
        self.assert_replied(reply, comment, "غداً إن شاء الله")
        self.client.posts.delete(reply)
        self.assert_deleted(reply)

    def test_a_refresh_token_is_traded_for_a_new_pair(self):
        pair = self.client.oauth2_auth.refresh_token()
        self.assertNotEqual(pair["refresh_token"], self.account["refresh_token"])
        self.assertEqual(pair["access_token"], SANDBOX.account("x")["access_token"])


del X, Scene
