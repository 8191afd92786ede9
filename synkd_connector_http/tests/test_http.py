# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import gzip
import json
import os
import socket
import ssl
import threading
import time
import tracemalloc
from decimal import Decimal
from unittest.mock import patch

import requests

from odoo.tests import BaseCase, tagged

from ..lib import address, body, oauth, problems, session, wire
from ..lib.client import HttpClient
from ..lib.problems import ApiError

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
MEGABYTE = 1024 * 1024


class Server:
    """Answers each connection on this machine with bytes, as slowly as it is told."""

    def __init__(self, pieces, pause=0.0):
        self.pieces, self.pause = list(pieces), pause
        self.requests = []
        self.over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_error):
        self.over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)

    def _serve(self):
        while not self.over.is_set():
            try:
                connection, _peer = self._listener.accept()
            except OSError:
                return
            with connection:
                self._answer(connection)

    def _answer(self, connection):
        asked = connection.recv(65536)
        if not asked:
            return
        self.requests.append(asked)
        try:
            for piece in self.pieces:
                connection.sendall(piece)
                if self.pause and self.over.wait(self.pause):
                    return
        except OSError:
            return


@tagged("post_install", "-at_install")
class TestHttp(BaseCase):
    """Bounds of answers, against sockets of this machine."""

    def setUp(self):
        super().setUp()
        allowed = patch.dict(os.environ, {address.LOOPBACK_OPTION: "1"})
        allowed.start()
        self.addCleanup(allowed.stop)

    def ask(self, *pieces, pause=0.0, **given):
        """Answer one call with these bytes, and return the reply."""
        with Server(pieces, pause) as self.server:
            return wire.send(session.open_session(), "GET", self.server.url, **given)

    def fails(self, problem, *pieces, **given):
        """Fail unless that answer is a problem; return the error."""
        with self.assertRaises(ApiError) as caught:
            self.ask(*pieces, **given)
        self.assertEqual(caught.exception.problem, problem)
        return caught.exception

    def whole(self, content, *more):
        """Return an answer that says how long it is."""
        lines = [*more, f"Content-Length: {len(content)}", "", ""]
        return HEAD + "\r\n".join(lines).encode() + content

    # === SIZE === #

    def test_an_answer_is_read_up_to_its_bound(self):
        reply = self.ask(self.whole(b"x" * 1000), most=1000)
        self.assertEqual(len(reply.content), 1000)
        error = self.fails(problems.BOUNDS, self.whole(b"x" * 5000), most=4096)
        self.assertEqual(error.words, "4 KB")

    def test_an_answer_without_an_end_is_bounded(self):
        endless = [HEAD + b"\r\n"] + [b"x" * MEGABYTE] * 40
        self.fails(problems.BOUNDS, *endless)

    def test_a_bomb_does_not_go_off(self):
        bomb = gzip.compress(b" " * (700 * MEGABYTE))
        self.assertLess(len(bomb), MEGABYTE)
        answer = self.whole(bomb, "Content-Encoding: gzip")
        del bomb
        tracemalloc.start()
        self.addCleanup(tracemalloc.stop)
        self.fails(problems.BOUNDS, answer)
        self.assertLess(tracemalloc.get_traced_memory()[1], 4 * wire.MOST_BYTES)

    def test_what_is_packed_well_is_unpacked(self):
        text = json.dumps({"Name": "Ünïcode" * 50000}).encode()
        answer = self.whole(gzip.compress(text), "Content-Encoding: gzip")
        self.assertEqual(self.ask(answer).content, text)
        self.assertIn(b"Accept-Encoding: gzip\r\n", self.server.requests[0])

    def test_packings_that_are_not_asked_for_are_no_answer(self):
        packed = gzip.compress(b"{}")
        for packing, content in (
            ("br", b"{}"),
            ("gzip, gzip", gzip.compress(packed)),
            ("gzip", packed[:-9]),
            ("gzip", packed + packed),
            ("gzip", b"{}"),
        ):
            with self.subTest(packing=packing, content=content):
                answer = self.whole(content, f"Content-Encoding: {packing}")
                self.fails(problems.UNREADABLE, answer)

    # === TIME === #

    def test_who_drips_a_body_ends(self):
        self._drips([self.whole(b"")[:-2] + b"X: y\r\n\r\n"], head=False)

    def test_who_drips_a_head_ends(self):
        self._drips([b"HTTP/1.1 200 OK\r\n"], head=True)

    def _drips(self, start, head):
        """One byte after the other, each within the time-out of a socket."""
        start = start if head else [HEAD + b"Content-Length: 500\r\n\r\n"]
        drops = [b"X-Drop: 1\r\n" if head else b"x"] * 500
        begun = time.monotonic()
        with patch.object(session, "ANSWER_SECONDS", 0.5):
            self.fails(problems.OFFLINE, *start, *drops, pause=0.05, repeatable=True)
        self.assertLess(time.monotonic() - begun, 8)
        self.assertEqual(len(self.server.requests), 1, "not asked again")

    # === PLACES === #

    def test_a_redirect_is_not_followed(self):
        with Server([self.whole(b"{}")]) as other:
            answer = f"HTTP/1.1 302 Found\r\nLocation: {other.url}\r\n\r\n".encode()
            self.assertEqual(self.ask(answer).status, 302)
        self.assertEqual(other.requests, [])

    def test_a_name_that_stands_for_this_machine_is_found_out(self):
        for name in ("127.0.0.1", "2130706433", "0x7f.1", "localhost"):
            with (
                self.subTest(name=name),
                Server([self.whole(b"{}")]) as server,
                patch.dict(os.environ, {address.LOOPBACK_OPTION: ""}),
                self.assertRaises(session.ForbiddenError),
            ):
                url = server.url.replace("127.0.0.1", name)
                asked = requests.Request("GET", url).prepare()
                session.open_session().get_adapter(url).send(asked)
            self.assertEqual(server.requests, [], "nothing was said")

    def test_a_forbidden_machine_is_a_matter_of_the_address(self):
        with patch.dict(os.environ, {address.LOOPBACK_OPTION: ""}):
            error = self.fails(problems.ADDRESS, b"")
        self.assertEqual(error.words, wire.PRIVATE)

    def test_the_surroundings_change_nothing(self):
        with Server([self.whole(b"{}")]) as proxy:
            around = {"http_proxy": proxy.url, "HTTP_PROXY": proxy.url, "no_proxy": ""}
            with patch.dict(os.environ, around):
                self.assertEqual(self.ask(self.whole(b"[]")).content, b"[]")
        self.assertEqual(proxy.requests, [])

    def test_a_proxy_that_is_set_is_used(self):
        with (
            Server([self.whole(b"{}")]) as proxy,
            patch.dict(os.environ, {session.PROXY_OPTION: proxy.url}),
        ):
            self.assertEqual(self.ask(self.whole(b"[]")).content, b"{}")
        self.assertIn(self.server.url.encode(), proxy.requests[0])

    def test_certificates_are_looked_at(self):
        with self.assertRaises(ApiError) as caught, Server([b"no TLS"]) as server:
            url = server.url.replace("http:", "https:")
            wire.send(session.open_session(), "GET", url)
        self.assertEqual(caught.exception.problem, problems.ADDRESS)
        opened = session.open_session()
        self.assertTrue(opened.verify)
        self.assertEqual(ssl.create_default_context().verify_mode, ssl.CERT_REQUIRED)

    def test_a_base_address_is_a_scheme_and_a_host(self):
        self.assertIsNone(address.find_problem("https://books.example"))
        self.assertIsNone(address.find_problem("https://books.example/"))
        for url, ports, problem in (
            ("https://books.example:8443", True, None),
            ("https://books.example:8443", False, address.PORT),
            ("https://books.example:99999", True, address.NO_ADDRESS),
            ("ftp://books.example", True, address.NO_HTTPS),
            ("https://books.example/path", True, address.NO_ADDRESS),
            ("https://[::", True, address.NO_ADDRESS),
            ("", True, address.NO_ADDRESS),
            (None, True, address.NO_ADDRESS),
        ):
            with self.subTest(url=url):
                self.assertEqual(address.find_problem(url, ports), problem)

    def test_a_part_of_a_path_stays_one(self):
        for value, quoted in (
            ("0a-1b", "0a-1b"),
            ("../../Users", "..%2F..%2FUsers"),
            ("..", "%2E%2E"),
            ("a?b#c d\r\n", "a%3Fb%23c%20d%0D%0A"),
            ("\ud800", "%3F"),
            (5, "5"),
        ):
            with self.subTest(value=value):
                self.assertEqual(address.part(value), quoted)

    # === BODIES === #

    def read_body(self, text):
        content = text if isinstance(text, bytes) else text.encode()
        return body.read_json(wire.Reply(200, {}, content))

    def test_a_deep_part_does_not_spoil_its_neighbours(self):
        for depth in (body.DEPTH, 500, 100_000):
            with self.subTest(depth=depth):
                deep = '{"a": "]", "b": ' * depth + "1" + "}" * depth
                found = self.read_body(f'[{{"Name": "x"}}, {deep}, {{"Name": "\\"]"}}]')
                self.assertEqual([len(found), found[0], found[2]], [3, *NAMES])
                for _level in range(body.DEPTH - 1):
                    found = found[1] if isinstance(found, list) else found["b"]
                self.assertIsInstance(found, dict)
                self.assertIsNone(found["b"])

    def test_odd_numbers_and_bytes_are_read(self):
        digits = "9" * 6000
        found = self.read_body(
            f'{{"n": {digits}, "x": NaN, "y": -Infinity, "z": 1e999999}}'
        )
        self.assertEqual(found["n"], Decimal(digits))
        self.assertIsNone(found["x"] or found["y"])
        self.assertEqual(self.read_body(b'\xef\xbb\xbf["a\xff"]'), ["a\ufffd"])

    def test_what_is_no_json_is_told(self):
        for text in ("", "{", "[" * 100_000, '["' + '\\"' * 100_000):
            with self.subTest(text=text[:9]), self.assertRaises(ApiError) as caught:
                self.read_body(text)
            self.assertEqual(caught.exception.problem, problems.UNREADABLE)
        with self.assertRaises(ApiError) as caught:
            self.read_body(" <html>")
        self.assertEqual(caught.exception.problem, problems.PAGE)
        self.assertEqual(body.read_dict(wire.Reply(200, {}, b"[]")), {})

    # === LOGINS === #

    def test_odd_answers_of_a_token_endpoint_give_no_token(self):
        for told in (
            *([], None, "token", {}, {"access_token": ""}, {"access_token": 5}),
            *({"access_token": "a\r\nX: y"}, {"access_token": "\ud800"}),
            *({"access_token": "²"}, {"access_token": "a", "refresh_token": ["b"]}),
        ):
            with self.subTest(told=told), self.assertRaises(ApiError) as caught:
                self.ask_token(told)
            self.assertEqual(caught.exception.problem, problems.UNREADABLE)

    def test_odd_times_of_a_token_make_it_short(self):
        for seconds in ("soon", None, [], -5, "1e5", {"a": 1}):
            with self.subTest(seconds=seconds):
                found = self.ask_token({"access_token": "a", "expires_in": seconds})
                self.assertEqual(found.seconds, 0)
        far = self.ask_token({"access_token": "a", "expires_in": 10**30})
        self.assertEqual(far.seconds, oauth.LONGEST)

    def ask_token(self, told):
        with Server([self.whole(json.dumps(told).encode())]) as server:
            return oauth.IdentityClient(server.url, "me").by_refresh("old")

    def test_a_client_without_a_word_of_its_own(self):
        tokens = {"": "old", "old": "new"}
        refused = b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n"
        with Server([refused]) as server:
            client = HttpClient(server.url, tokens.get)
            with self.assertRaises(ApiError) as caught:
                client._call("GET", server.url)
        self.assertEqual(caught.exception.problem, problems.RENEWED)
        sent = [b"Bearer old" in r or b"Bearer new" in r for r in server.requests]
        self.assertEqual(sent, [True, True])

    # === STATUSES ===

    def call(self, head, content=b"", call=None):
        """Return what a client makes of one answer."""
        length = f"Content-Length: {len(content)}\r\n\r\n".encode()
        with Server([b"HTTP/1.1 " + head + b"\r\n" + length + content]) as self.server:
            client = HttpClient(self.server.url, lambda refused: "token")
            return (call or (lambda c: c.get("/things")))(client)

    def test_statuses_mean_what_http_says(self):
        for head, problem, seconds in (
            (b"301 Moved\r\nLocation: http://127.0.0.1/", problems.ADDRESS, None),
            (b"400 Bad", problems.REFUSED, None),
            (b"401 Who", problems.LOGIN, None),
            (b"403 No", problems.SCOPE, None),
            (b"404 None", problems.NOT_FOUND, None),
            (b"409 Taken", problems.REFUSED, None),
            (b"429 Slow", problems.MINUTE, 60),
            (b"429 Slow\r\nRetry-After: 7", problems.MINUTE, 7),
            (b"429 Slow\r\nRetry-After: 7000", problems.DAY, 7000),
            (b"500 Oh", problems.SERVER, None),
            (b"503 Later\r\nRetry-After: 5", problems.PAUSED, 5),
            (b"503 Later", problems.PAUSED, 300),
        ):
            with self.subTest(head=head), self.assertRaises(ApiError) as caught:
                self.call(head)
            error = caught.exception
            self.assertEqual((error.problem, error.seconds), (problem, seconds), head)

    def test_words_of_a_refusal_are_the_books_own(self):
        for told, words in (
            ({"message": " Name  is\ntaken "}, "Name is taken"),
            ({"error": {"code": 5}, "title": "Bad"}, "Bad"),
            ({"message": "x" * 9999}, "x" * 500),
            ([], "400"),
        ):
            with self.subTest(words=words[:9]), self.assertRaises(ApiError) as caught:
                self.call(b"400 Bad", json.dumps(told).encode())
            self.assertEqual(caught.exception.words, words)

    def test_a_key_travels_with_a_write_and_what_was_created_is_done(self):
        found = self.call(
            b"201 Created",
            b'{"id": "1"}',
            lambda c: c.save("POST", "/things", {"a": 1}, "key"),
        )
        self.assertEqual(found, {"id": "1"})
        (sent,) = self.server.requests
        self.assertIn(b"POST /things", sent)
        self.assertIn(b"Idempotency-Key: key", sent)

    def test_what_is_gone_counts_as_removed(self):
        self.assertIsNone(self.call(b"404 None", call=lambda c: c.delete("/things/1")))


NAMES = [{"Name": "x"}, {"Name": '"]'}]
