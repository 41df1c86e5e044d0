"""The address of a search cluster."""

from __future__ import annotations

import pytest

from baobab.search.address import Address, read_address


def test_everything_that_an_address_may_say() -> None:
    url = "opensearch://ana:p%40ss%3Aword@search1:9201,search2,[::1]:9202/wwu-library?tls=1&shards=3&ca=/etc/ca.pem"
    assert read_address(url) == Address(
        hosts=("search1:9201", "search2:9200", "[::1]:9202"),
        prefix="wwu-library",
        user="ana",
        password="p@ss:word",
        has_tls=True,
        ca="/etc/ca.pem",
        shards=3,
    )
    assert read_address("opensearch://h/p") == Address(hosts=("h:9200",), prefix="p")


@pytest.mark.parametrize(
    "url",
    [
        "tantivy:///var/search",
        "opensearch://",
        "opensearch:///prefix",
        "opensearch://h",
        "opensearch://h/",
        "opensearch://h/Upper",
        "opensearch://h/with.dot",
        "opensearch://h/-begins",
        "opensearch://h/a/b",
        "opensearch://h/*",
        "opensearch://h:port/p",
        "opensearch://h/p?tls",
        "opensearch://h/p?replicas=2",
        "opensearch://h/p?shards=many",
        "opensearch://h/p?shards=65",
        "opensearch://[::1/p",
    ],
)
def test_what_is_no_address_is_refused_without_its_password(url: str) -> None:
    secret = url.replace("opensearch://h", "opensearch://ana:geheim@h")
    with pytest.raises(ValueError) as refused:
        read_address(secret)
    assert "geheim" not in str(refused.value)


def test_a_password_is_not_shown_with_its_address() -> None:
    assert "geheim" not in repr(read_address("opensearch://ana:geheim@h/p"))
