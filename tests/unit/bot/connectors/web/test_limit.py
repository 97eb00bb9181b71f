from bot.connectors.web.limit import Buckets, Rate, address_key


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_passes_and_then_the_rate_holds() -> None:
    clock = Clock()
    buckets = Buckets(Rate(per_second=0.5, burst=3), clock=clock)
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 2]
    clock.now += 2
    assert [buckets.take("a") for _ in range(2)] == [0, 2]


def test_one_key_does_not_spend_what_belongs_to_another() -> None:
    buckets = Buckets(Rate(1, 1), clock=Clock())
    assert buckets.take("a") == 0
    assert buckets.take("b") == 0
    assert buckets.take("a") == 1


def test_a_bucket_never_holds_more_than_its_burst() -> None:
    clock = Clock()
    buckets = Buckets(Rate(10, 2), clock=clock)
    buckets.take("a")
    clock.now += 3600
    assert [buckets.take("a") for _ in range(3)] == [0, 0, 1]


def test_only_so_many_keys_are_remembered_and_the_oldest_is_forgotten_first() -> None:
    buckets = Buckets(Rate(0.001, 1), max_keys=2, clock=Clock())
    for key in ("a", "b", "c"):
        buckets.take(key)
    assert buckets.take("c") > 0
    assert buckets.take("a") == 0


def test_an_ipv6_household_is_one_address() -> None:
    assert address_key("2001:db8:1:2::1") == address_key("2001:db8:1:2:ffff::9")
    assert address_key("2001:db8:1:2::1") != address_key("2001:db8:1:3::1")
    assert address_key("192.0.2.1") == "192.0.2.1"
    assert address_key("unix socket") == "unix socket"
