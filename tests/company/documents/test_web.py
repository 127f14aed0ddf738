"""Web addresses: pages, documents and feeds from a real server, and every way in which a site can disappoint."""

import gzip
import json
import ssl
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

import pytest

from shared.client.company.documents import read_address
from shared.client.company.documents.web import AT_ONCE, USER_AGENT
from tests.company.documents.certificates import untrusted
from tests.company.documents.corpus import DEFAULTS, FOLDER, TODAY, documents, judged

HTML = {"Content-Type": "text/html; charset=utf-8"}
XML = {"Content-Type": "application/xml"}
POSTING: dict[str, Any] = json.loads(documents("job_postings")[0].read_text(encoding="utf-8"))


class Site:
    """A site on a free port; `pages` maps a path to a status, headers and a body."""

    def __init__(self, certificate: Path | None = None) -> None:
        self.pages: dict[str, tuple[int, Mapping[str, str], bytes]] = {}
        self.agents: set[str] = set()
        self.most_at_once = 0
        self.stalled = Event()
        self._at_once = 0
        self._lock = Lock()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                with site._visit(self.headers.get("User-Agent", "")):
                    site._serve(self)

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> "Site":
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stalled.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def at(self, path: str) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}{path}"

    def page(self, path: str, *postings: Mapping[str, Any]) -> str:
        scripts = "".join(f'<script type="application/ld+json">{json.dumps(one)}</script>' for one in postings)
        self.pages[path] = (200, HTML, f"<html><head><title>{path}</title>{scripts}</head></html>".encode())
        return self.at(path)

    def _visit(self, agent: str) -> "Visit":
        self.agents.add(agent)
        return Visit(self)

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        status, headers, body = self.pages.get(handler.path.partition("?")[0], (404, HTML, b"<html>Introuvable</html>"))
        if status == STALL:
            self.stalled.wait()
            return
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        try:
            handler.wfile.write(body)
        except ConnectionError:
            handler.close_connection = True


STALL = -1
"""A status for a page that never comes."""


class Visit:
    def __init__(self, site: Site) -> None:
        self._site = site

    def __enter__(self) -> None:
        with self._site._lock:
            self._site._at_once += 1
            self._site.most_at_once = max(self._site.most_at_once, self._site._at_once)

    def __exit__(self, *exc: object) -> None:
        with self._site._lock:
            self._site._at_once -= 1


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        yield running


def drafts(address: str, patience: float = 10.0) -> list[Any]:
    return list(read_address(address, DEFAULTS, TODAY, patience=patience))


def references(address: str) -> list[str]:
    return [draft.values.get("reference", "") for draft in drafts(address)]


def rules(address: str, patience: float = 10.0) -> list[str]:
    return [problem.rule for draft in drafts(address, patience) for problem in draft.problems]


def test_a_page_becomes_an_offer_and_the_reader_says_who_it_is(site: Site) -> None:
    [draft] = drafts(site.page("/offre", POSTING))
    assert judged(draft) == []
    assert draft.place.startswith(site.at("/offre"))
    assert site.agents == {USER_AGENT}


def test_a_page_without_an_identifier_is_known_by_its_address(site: Site) -> None:
    silent = {name: value for name, value in POSTING.items() if name != "identifier"}
    address = site.page("/stages/fibre-14", silent)
    known = address.removeprefix("http://")
    assert references(address) == [known]
    assert references(f"{address}?utm_source=lettre#postuler") == [known]
    assert references(f"{address}?id=7&utm_medium=x") == [f"{known}?id=7"]


@pytest.mark.parametrize(
    "body",
    [
        json.dumps([POSTING, POSTING | {"identifier": "B"}]),
        "\n".join(json.dumps(POSTING | {"identifier": n}) for n in "AB"),
    ],
)
def test_a_json_array_and_json_lines_are_feeds(site: Site, body: str) -> None:
    site.pages["/feed.json"] = (200, {"Content-Type": "application/json"}, body.encode())
    assert references(site.at("/feed.json"))[1] == "B"


def test_a_partner_feed_is_read_at_its_address(site: Site) -> None:
    site.pages["/indeed.xml"] = (200, XML, (FOLDER / "partners" / "indeed.xml").read_bytes())
    assert references(site.at("/indeed.xml"))[0] == "RF-3301"


def sitemap(*addresses: str) -> bytes:
    urls = "".join(f"<url><loc>{address}</loc></url>" for address in addresses)
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()


def rss(*addresses: str) -> bytes:
    items = "".join(f"<item><title>x</title><link>{address}</link></item>" for address in addresses)
    return f'<rss version="2.0"><channel><link>https://x.example</link>{items}</channel></rss>'.encode()


def atom(*addresses: str) -> bytes:
    entries = "".join(
        f'<entry><link rel="self" href="https://x.example"/><link href="{one}"/></entry>' for one in addresses
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><link href="https://x.example"/>{entries}</feed>'.encode()


@pytest.mark.parametrize("feed", [sitemap, rss, atom])
def test_a_feed_of_pages_is_followed_a_few_at_a_time(site: Site, feed: Callable[..., bytes]) -> None:
    pages = [site.page(f"/offre/{number}", POSTING | {"identifier": f"R-{number}"}) for number in range(10)]
    about = site.page("/a-propos")
    site.pages["/feed"] = (200, XML, feed(*pages, about, site.at("/partie")))
    found = drafts(site.at("/feed"))
    assert [draft.values.get("reference") for draft in found] == [*(f"R-{number}" for number in range(10)), None]
    assert [problem.rule for problem in found[-1].problems] == ["page_gone"]
    assert site.most_at_once <= AT_ONCE


def test_a_sitemap_index_is_followed_to_its_gzip_files(site: Site) -> None:
    page = site.page("/offre/1", POSTING)
    site.pages["/jobs.xml.gz"] = (200, {"Content-Type": "application/gzip"}, gzip.compress(sitemap(page)))
    index = f"<sitemapindex><sitemap><loc>{site.at('/jobs.xml.gz')}</loc></sitemap></sitemapindex>"
    site.pages["/sitemap.xml"] = (200, XML, index.encode())
    assert references(site.at("/sitemap.xml")) == ["STG-2027-014"]


def test_a_feed_whose_pages_hold_no_job_is_told_once(site: Site) -> None:
    site.pages["/sitemap.xml"] = (200, XML, sitemap(site.page("/a"), site.page("/b")))
    assert rules(site.at("/sitemap.xml")) == ["no_job_posting"]


@pytest.mark.parametrize(
    ("status", "headers", "body", "rule"),
    [
        (404, HTML, b"", "page_gone"),
        (410, HTML, b"", "page_gone"),
        (403, HTML, b"", "page_refused"),
        (500, HTML, b"", "page_refused"),
        (302, {"Location": "/page"}, b"", "page_redirects"),
        (302, {"Location": "file:///etc/passwd"}, b"", "address_unusable"),
        (200, {"Content-Type": "application/pdf"}, b"%PDF-1.7 ...", "page_not_text"),
        (200, {"Content-Type": "image/png"}, b"\x89PNG\r\n", "page_not_text"),
        (200, HTML, b"", "page_not_text"),
        (200, HTML, b"<html><body>Nos offres</body></html>", "no_job_posting"),
        (200, HTML, b"<html>" + b" " * 51_000_000, "too_large"),
        (STALL, HTML, b"", "page_too_slow"),
    ],
)
def test_what_a_site_does_not_give_is_told_in_a_sentence(
    site: Site, status: int, headers: Mapping[str, str], body: bytes, rule: str
) -> None:
    site.pages["/page"] = (status, headers, body)
    assert rules(site.at("/page"), patience=2.0 if status == STALL else 10.0) == [rule]


def test_a_redirect_is_followed_to_the_offer(site: Site) -> None:
    site.page("/nouvelle", POSTING)
    site.pages["/ancienne"] = (301, {"Location": "/nouvelle"}, b"")
    assert references(site.at("/ancienne")) == ["STG-2027-014"]


@pytest.mark.parametrize(
    "address", ["", "offre", "ftp://x.example/a", "javascript:alert(1)", "file:///etc/passwd", "http://[::1", "http://"]
)
def test_only_whole_web_addresses_are_fetched(address: str) -> None:
    assert rules(address) == ["address_unusable"]


def test_a_site_that_does_not_answer_is_told() -> None:
    with Site() as gone:
        address = gone.at("/offre")
    assert rules(address) == ["page_unreachable"]


def test_a_site_whose_certificate_nobody_vouches_for_is_not_read(tmp_path: Path) -> None:
    with Site(untrusted(tmp_path / "site.pem")) as secure:
        assert rules(secure.at("/offre").replace("http:", "https:")) == ["page_not_trusted"]


def test_a_page_in_windows_1252_said_by_http_keeps_its_accents(site: Site) -> None:
    body = (FOLDER / "job_postings" / "90-windows-1252-page.html").read_bytes().replace(b"charset=iso-8859-1", b"")
    site.pages["/p"] = (200, {"Content-Type": "text/html; charset=windows-1252"}, body)
    assert drafts(site.at("/p"))[0].values["title"] == "Stage câblage – été 2027 F/H"
