from pathlib import Path

from services.media.adapters.source import read_logins

EXAMPLE = Path(__file__).parents[3] / "deploy" / "carrier-logins.example.toml"


def test_the_example_of_logins_can_be_read_and_names_whole_hosts() -> None:
    logins = read_logins(EXAMPLE)

    assert {host for login in logins.values() for host in login.hosts} == {
        "api.twilio.com",
        "messaging.bandwidth.com",
        "your-base-url.api.infobip.com",
        "api.nexmo.com",
        "media.plivo.com",
        "api.plivo.com",
    }


def test_a_password_may_come_from_a_file_and_is_sent_as_basic(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("hidden\n")
    path = tmp_path / "logins.toml"
    path.write_text(
        f'[accounts.main]\nhosts = ["a.example"]\nuser = "u"\n'
        f'password_file = "{tmp_path}/password"\n'
    )
    login = read_logins(path)["main"]

    assert login.password == "hidden"
    assert login.credentials.headers == {"Authorization": "Basic dTpoaWRkZW4="}
    assert read_logins(None) == {}


def test_a_key_of_another_scheme_is_sent_as_it_is() -> None:
    login = read_logins(EXAMPLE)["main-infobip"]

    assert login.credentials.headers == {"Authorization": "App change-me"}
    assert "change-me" not in repr(login)
