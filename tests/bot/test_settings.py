"""The environment as settings: whatever is missing or wrong is named in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import DatabaseSettings, Settings, SettingsError
from bot.workspaces.secrets import new_key

GOOD = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
NAMES = (
    *GOOD,
    "SLACK_API_URL",
    "DATABASE_URL",
    "PREP_TIMEZONE",
    "PREP_TICK_SECONDS",
    "PREP_LOG_LEVEL",
    "PREP_LOG_FORMAT",
    "PREP_CLOCK_FILE",
    "PREP_POSTS_PER_SECOND",
    "PREP_SPREAD_SECONDS",
    "PREP_KEEP_DAYS",
    "PREP_DAILY_AT",
    "PREP_WEEKLY_AT",
    "SLACK_SIGNING_SECRET",
    "SLACK_CLIENT_ID",
    "SLACK_CLIENT_SECRET",
    "PREP_ENCRYPTION_KEY",
    "PREP_HTTP_PORT",
    "PREP_HTTP_HOST",
    "PREP_PUBLIC_URL",
)
SIGNING_SECRET = "0123456789abcdef0123456789abcdef"  # pragma: allowlist secret


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Only the two tokens, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)


def test_two_tokens_are_enough() -> None:
    settings = Settings.load()

    assert settings.api_url == "https://slack.com/api/"
    assert settings.database_url == "sqlite:///data/prep-coach.db"
    assert (settings.time_zone, settings.tick_seconds) == ("UTC", 5.0)
    assert (settings.posts_per_second, settings.spread_seconds) == (4.8, 120)
    assert (settings.daily_at, settings.weekly_at) == (9 * 60, (5, 16 * 60))
    assert (settings.log_level, settings.log_format, settings.clock_file) == ("INFO", "text", None)


def test_tokens_are_not_shown() -> None:
    assert "xoxb-1" not in repr(Settings.load())
    assert "xapp-1" not in str(Settings.load())


@pytest.mark.parametrize("name", sorted(GOOD))
@pytest.mark.parametrize("empty", [True, False])
def test_a_missing_token_is_named_with_where_to_find_it(
    monkeypatch: pytest.MonkeyPatch, name: str, empty: bool
) -> None:
    if empty:
        monkeypatch.setenv(name, "")
    else:
        monkeypatch.delenv(name)

    with pytest.raises(SettingsError) as caught:
        Settings.load()

    assert str(caught.value).startswith(f"{name} is missing: ")
    assert ".env" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("SLACK_BOT_TOKEN", "xapp-1", "starts with xoxb-"),
        ("SLACK_APP_TOKEN", "xoxb-1", "starts with xapp-"),
        ("SLACK_API_URL", "slack.com/api", "https://slack.com/api/"),
        ("PREP_KEEP_DAYS", "35", "greater than or equal to 100"),
        ("DATABASE_URL", "mysql://x/y", "sqlite:///PATH"),
        ("DATABASE_URL", "sqlite://", "sqlite:///PATH"),
        ("DATABASE_URL", "nonsense", "sqlite:///PATH"),
        ("PREP_TIMEZONE", "Lisbon", "Europe/Lisbon"),
        ("PREP_TICK_SECONDS", "0", "0.1"),
        ("PREP_TICK_SECONDS", "301", "300"),
        ("PREP_TICK_SECONDS", "often", "number"),
        ("PREP_LOG_LEVEL", "LOUD", "DEBUG"),
        ("PREP_LOG_FORMAT", "xml", "json"),
        ("PREP_POSTS_PER_SECOND", "-1", "greater than or equal to 0"),
        ("PREP_POSTS_PER_SECOND", "nan", "finite"),
        ("PREP_SPREAD_SECONDS", "3601", "3600"),
        ("PREP_DAILY_AT", "24:00", "such as 09:00"),
        ("PREP_DAILY_AT", "nine", "such as 09:00"),
        ("PREP_WEEKLY_AT", "16:00", "Friday 16:00"),
        ("SLACK_SIGNING_SECRET", "xoxb-1", "32 digits"),
        ("PREP_HTTP_PORT", "65536", "65535"),
        ("PREP_HTTP_PORT", "web", "integer"),
        ("PREP_PUBLIC_URL", "prep.example.org", "https://prep.example.org"),
        ("PREP_PUBLIC_URL", "http://prep.example.org", "https://prep.example.org"),
        ("PREP_PUBLIC_URL", "https://prep.example.org/?a=1", "https://prep.example.org"),
        ("PREP_WEEKLY_AT", "day 16:00", "Friday 16:00"),
        ("PREP_WEEKLY_AT", "Friday 25:00", "Friday 16:00"),
    ],
)
def test_a_wrong_value_is_named_with_what_to_write(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, hint: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError) as caught:
        Settings.load()

    sentence = str(caught.value)
    assert sentence.startswith(f"{name} is wrong: ")
    assert hint in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    if name.endswith(("TOKEN", "SIGNING_SECRET")):
        assert value not in sentence.replace(f"starts with {value[:5]}", "")


@pytest.mark.parametrize(
    ("value", "expected"),
    [("Sunday 7:05", (7, 425)), ("mon 00:00", (1, 0)), ("  THURS 23:59 ", (4, 1439))],
)
def test_a_weekday_and_time_are_read_as_people_write_them(
    monkeypatch: pytest.MonkeyPatch, value: str, expected: tuple[int, int]
) -> None:
    monkeypatch.setenv("PREP_WEEKLY_AT", value)
    monkeypatch.setenv("PREP_DAILY_AT", "7:30")

    assert Settings.load().weekly_at == expected
    assert Settings.load().daily_at == 450


class TestTheWayIn:
    def test_is_socket_mode_without_a_web_server_by_default(self) -> None:
        settings = Settings.load()

        assert settings.app_token is not None
        assert (settings.signing_secret, settings.http_port, settings.public_url) == (None, None, None)

    def test_a_port_beside_socket_mode_serves_this_machine_alone(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PREP_HTTP_PORT", "8080")
        monkeypatch.setenv("PREP_PUBLIC_URL", "https://prep.example.org/")

        settings = Settings.load()

        assert (settings.http_port, settings.http_host) == (8080, "127.0.0.1")
        assert settings.public_url == "https://prep.example.org"

    def test_is_http_by_signing_secret_and_port(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("SLACK_APP_TOKEN")
        monkeypatch.setenv("SLACK_SIGNING_SECRET", SIGNING_SECRET)
        monkeypatch.setenv("PREP_HTTP_PORT", "8080")

        settings = Settings.load()

        assert settings.app_token is None
        assert SIGNING_SECRET not in repr(settings)

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            pytest.param(
                {"SLACK_APP_TOKEN": "xapp-1", "SLACK_SIGNING_SECRET": SIGNING_SECRET, "PREP_HTTP_PORT": "1"},
                "SLACK_APP_TOKEN and SLACK_SIGNING_SECRET are both set: ",
                id="both",
            ),
            pytest.param({}, "SLACK_APP_TOKEN is missing: ", id="neither"),
            pytest.param({"PREP_HTTP_PORT": "1"}, "SLACK_SIGNING_SECRET is missing: ", id="only a port"),
            pytest.param(
                {"SLACK_SIGNING_SECRET": SIGNING_SECRET}, "PREP_HTTP_PORT is missing: ", id="no port"
            ),
            pytest.param(
                {"SLACK_APP_TOKEN": "xapp-1", "PREP_PUBLIC_URL": "https://prep.example.org"},
                "PREP_HTTP_PORT is missing: PREP_PUBLIC_URL",
                id="an address that leads to nothing",
            ),
        ],
    )
    def test_what_does_not_fit_together_is_one_sentence(
        self, monkeypatch: pytest.MonkeyPatch, given: dict[str, str], words: str
    ) -> None:
        monkeypatch.delenv("SLACK_APP_TOKEN")
        for name, value in given.items():
            monkeypatch.setenv(name, value)

        with pytest.raises(SettingsError) as caught:
            Settings.load()

        sentence = str(caught.value)
        assert sentence.startswith(words)
        assert sentence.endswith(".")
        assert ".env" in sentence or "both" in sentence
        assert SIGNING_SECRET not in sentence


def test_a_base_url_gets_its_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:1/api")

    assert Settings.load().api_url == "http://127.0.0.1:1/api/"


def test_the_env_file_is_read_and_the_environment_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("PREP_TIMEZONE=Asia/Tokyo\nPREP_LOG_LEVEL=ERROR\nANOTHER=1\n")
    monkeypatch.setenv("PREP_LOG_LEVEL", "DEBUG")

    settings = Settings.load()

    assert (settings.time_zone, settings.log_level) == ("Asia/Tokyo", "DEBUG")


def test_the_database_can_be_named_without_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in GOOD:
        monkeypatch.delenv(name)
    assert DatabaseSettings.load().database_url == "sqlite:///data/prep-coach.db"

    monkeypatch.setenv("DATABASE_URL", "mysql://x/y")
    with pytest.raises(SettingsError, match=r"^DATABASE_URL is wrong: mysql is not supported"):
        DatabaseSettings.load()


MANY = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "shh",
    "PREP_ENCRYPTION_KEY": new_key(),
    "PREP_PUBLIC_URL": "https://prep.example.org/",
    "PREP_HTTP_PORT": "8080",
}


class TestManyWorkspaces:
    @pytest.fixture(autouse=True)
    def many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """What many workspaces need, and nothing else."""
        monkeypatch.delenv("SLACK_BOT_TOKEN")
        for name, value in MANY.items():
            monkeypatch.setenv(name, value)

    def test_come_by_the_apps_own_credentials(self) -> None:
        settings = Settings.load()

        assert settings.has_many_workspaces
        assert settings.public_url == "https://prep.example.org"
        assert "shh" not in repr(settings)
        assert MANY["PREP_ENCRYPTION_KEY"] not in repr(settings)

    @pytest.mark.parametrize("name", sorted(MANY))
    def test_each_part_that_is_missing_is_named(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        monkeypatch.delenv(name)

        with pytest.raises(SettingsError, match=rf"^{name} is missing: with many workspaces, .*\.$"):
            Settings.load()

    def test_exclude_the_token_of_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")

        with pytest.raises(SettingsError, match="SLACK_BOT_TOKEN and SLACK_CLIENT_ID are both set"):
            Settings.load()

    @pytest.mark.parametrize(
        ("name", "value", "hint"),
        [
            ("PREP_ENCRYPTION_KEY", "short", "prep-coach keys new"),
            ("PREP_PUBLIC_URL", "http://prep.example.org", "such as https://"),
            ("PREP_PUBLIC_URL", "prep.example.org", "such as https://"),
        ],
    )
    def test_a_wrong_part_is_named(
        self, monkeypatch: pytest.MonkeyPatch, name: str, value: str, hint: str
    ) -> None:
        monkeypatch.setenv(name, value)

        with pytest.raises(SettingsError, match=rf"^{name} is wrong: .*{hint}"):
            Settings.load()

    def test_may_be_reached_without_tls_on_this_machine(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PREP_PUBLIC_URL", "http://127.0.0.1:8080")

        assert Settings.load().public_url == "http://127.0.0.1:8080"
