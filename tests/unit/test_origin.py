import pytest

from chalicelib.origin import network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("127.0.0.1", "local"),
        ("::1", "local"),
        ("10.1.2.3", "private"),
        ("93.184.216.34", "93.184.216.0/24"),
        ("::ffff:93.184.216.34", "93.184.216.0/24"),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", "2606:2800:21f::/48"),
        ("", ""),
        ("nonsense", ""),
    ],
)
def test_an_address_is_known_by_its_network_only(address: str, network: str) -> None:
    assert network_of(address) == network
