"""The `baobab` command: the data folder prepares itself, and what goes wrong is said in sentences."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgres import Cluster


def baobab(home: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "CACHE_URL")}
    environment = {
        **kept,
        "BAOBAB_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "baobab.config.settings",
        **more,
    }
    return subprocess.run(
        [sys.executable, "-m", "baobab.config.command", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def rows(home: Path, sql: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(home / "baobab.sqlite3") as database:
        return database.execute(sql).fetchall()


def test_any_command_prepares_an_empty_folder_and_the_next_finds_it_ready(tmp_path: Path) -> None:
    first = baobab(tmp_path, "jobs")
    assert first.returncode == 0, first.stderr
    assert "Preparing the data folder" in first.stderr
    assert rows(tmp_path, "SELECT count(*) FROM organisation_unit") == [(1,)]
    second = baobab(tmp_path, "jobs")
    assert (second.returncode, second.stderr) == (0, "")


def test_two_commands_at_once_on_an_empty_folder_agree(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "baobab.config.command", "jobs"]
    environment = {
        **os.environ,
        "BAOBAB_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "baobab.config.settings",
    }
    environment.pop("DATABASE_URL", None)
    both = [subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [process.wait(180) for process in both] == [0, 0]
    assert rows(tmp_path, "SELECT count(*) FROM organisation_unit") == [(1,)]


def test_an_upgrade_keeps_a_copy_of_the_database_from_before(tmp_path: Path) -> None:
    baobab(tmp_path, "jobs")
    with sqlite3.connect(tmp_path / "baobab.sqlite3") as database:
        # As an older version would have left it: without the table of mail.
        database.execute("DROP TABLE notifications_queuedmail")
        database.execute("DELETE FROM django_migrations WHERE app = 'notifications'")
    upgraded = baobab(tmp_path, "jobs")
    assert upgraded.returncode == 0, upgraded.stderr
    assert "a copy is kept in" in upgraded.stderr
    assert rows(tmp_path, "SELECT count(*) FROM notifications_queuedmail") == [(0,)]
    (copy,) = (tmp_path / "backups").glob("*.sqlite3")
    with sqlite3.connect(copy) as database:
        assert database.execute("SELECT count(*) FROM organisation_unit").fetchall() == [(1,)]
        tables = database.execute("SELECT name FROM sqlite_master WHERE name = 'notifications_queuedmail'")
        assert tables.fetchall() == []


def test_the_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    baobab(tmp_path, "jobs")
    with sqlite3.connect(tmp_path / "baobab.sqlite3") as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('jobs', '9999_later', '2030-01-01')"
        )
    refused = baobab(tmp_path, "jobs")
    assert refused.returncode == 2
    assert "made by a newer version of Baobab" in refused.stderr
    assert not (tmp_path / "backups").exists()


@pytest.mark.postgres
def test_a_database_server_is_filled_when_empty_and_upgraded_only_on_request(
    postgres: Cluster, tmp_path: Path
) -> None:
    there = {"DATABASE_URL": postgres.new_database()}
    first = baobab(tmp_path, "jobs", **there)
    assert first.returncode == 0, first.stderr
    unmade = baobab(tmp_path, "migrate", "notifications", "zero", "--verbosity", "0", **there)
    assert unmade.returncode == 0, unmade.stderr
    refused = baobab(tmp_path, "jobs", **there)
    assert refused.returncode == 2
    assert "run: baobab migrate" in refused.stderr
    assert baobab(tmp_path, "migrate", "--verbosity", "0", **there).returncode == 0
    assert baobab(tmp_path, "jobs", **there).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("worke",), "There is no command 'worke'. Did you mean `baobab worker`?"),
        (("zzzz",), "There is no command 'zzzz'. `baobab help` lists them."),
        (("help", "zzzz"), "There is no command 'zzzz'."),
        (("jobs", "stop", "7"), "There is no job with the number 7."),
        (("jobs", "stop", "x"), "invalid int value"),
        (("user", "add", "nobody"), "is not an e-mail address"),
        (("user", "link", "nobody@example.org"), "There is no account with the address nobody@example.org."),
    ],
)
def test_what_cannot_be_done_is_said_and_ends_with_2(
    arguments: tuple[str, ...], sentence: str, tmp_path: Path
) -> None:
    refused = baobab(tmp_path, *arguments)
    assert refused.returncode == 2
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DATABASE_URL", "nonsense", "It must be postgres://USER:PASSWORD@HOST:5432/NAME"),
        ("DATABASE_URL", "mysql://u:geheim@h/n", "It must be postgres://USER:PASSWORD@HOST:5432/NAME"),
        (
            "DATABASE_URL",
            "postgres://u:geheim@h:port/n",
            "It must be postgres://USER:PASSWORD@HOST:5432/NAME",
        ),
        ("DATABASE_URL", "postgres://u:geheim@h", "It must be postgres://USER:PASSWORD@HOST:5432/NAME"),
        ("CACHE_URL", "nonsense", "CACHE_URL names no cache."),
        ("CACHE_URL", "pylibmc://127.0.0.1:1", "Run: .venv/bin/pip install 'pylibmc'"),
        ("EMAIL_URL", "nonsense", "It must be smtp://USER:PASSWORD@HOST:25"),
        ("EMAIL_URL", "smtp://u:geheim@h:port", "It must be smtp://USER:PASSWORD@HOST:25"),
        ("SEARCH_URL", "elastic://x/y", "SEARCH_URL names no search index. It must be tantivy:///a/local"),
        ("SEARCH_URL", "opensearch://u:geheim@h:9200", "after the host stands no prefix of small letters"),
        ("SEARCH_URL", "opensearch://u:geheim@/p", "it names no host"),
        ("SEARCH_URL", "opensearch://h/p?shards=0", "shards must be a number from 1 to 64"),
        ("SEARCH_URL", "opensearch://h/p?geheim=1", "it has an option that nobody knows"),
        ("SEARCH_URL", "tantivy://relative", "It must be tantivy:///a/local/folder"),
        ("UPLOAD_LIMIT_MB", "abc", "UPLOAD_LIMIT_MB is “abc”. It must be a whole number, 1 or more."),
        ("UPLOAD_LIMIT_MB", "0", "It must be a whole number, 1 or more."),
        ("TRUSTED_PROXIES", "-1", "It must be a whole number, 0 or more."),
        ("LOG_LEVEL", "loud", "It must be one of DEBUG, INFO, WARNING, ERROR"),
        ("BEHIND_TLS", "ture", "BEHIND_TLS is “ture”. It must be true or false."),
        ("SITE_URL", "knowledge.example.org", "It must begin with https:// or http://."),
    ],
)
def test_a_setting_that_cannot_be_used_is_said_with_the_remedy_and_without_passwords(
    name: str, value: str, sentence: str, tmp_path: Path
) -> None:
    refused = baobab(tmp_path, "check", **{name: value})
    assert refused.returncode == 2
    (said,) = refused.stderr.splitlines()
    assert name in said
    assert sentence in said
    assert "geheim" not in said


@pytest.mark.parametrize(("given", "trusted"), [({}, "0"), ({"TRUSTED_PROXIES": "2"}, "2")])
def test_no_proxy_is_trusted_unless_the_environment_says_how_many(
    given: dict[str, str], trusted: str, tmp_path: Path
) -> None:
    asked = "from django.conf import settings; print('count', settings.ALLAUTH_TRUSTED_PROXY_COUNT)"
    told = baobab(tmp_path, "shell", "--no-imports", "-c", asked, **given)
    assert told.stdout == f"count {trusted}\n"


def test_a_missing_driver_for_postgresql_is_said_with_the_remedy(tmp_path: Path) -> None:
    absent = tmp_path / "absent"
    absent.mkdir()
    (absent / "psycopg.py").write_text("raise ImportError('no pq wrapper available')")
    refused = baobab(tmp_path, "check", DATABASE_URL="postgres://u:p@h/n", PYTHONPATH=str(absent))
    assert refused.returncode == 2
    assert "Run: .venv/bin/pip install 'psycopg[binary]'" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_an_empty_setting_counts_as_absent(tmp_path: Path) -> None:
    empty = dict.fromkeys(("DATABASE_URL", "EMAIL_URL", "UPLOAD_LIMIT_MB", "BEHIND_TLS", "LOG_LEVEL"), "")
    checked = baobab(tmp_path, "check", **empty)
    assert checked.returncode == 0, checked.stderr
    assert "The database answers (sqlite3)." in checked.stdout


@pytest.mark.parametrize("is_checkout", [True, False])
def test_without_baobab_home_a_checkout_has_one_library_wherever_the_command_is_called(
    tmp_path: Path, *, is_checkout: bool
) -> None:
    checkout, elsewhere = tmp_path / "checkout", tmp_path / "elsewhere"
    elsewhere.mkdir()
    package = Path(__file__).resolve().parents[2] / "src" / "baobab"
    shutil.copytree(package, checkout / "src" / "baobab", ignore=shutil.ignore_patterns("__pycache__"))
    if is_checkout:
        (checkout / "pyproject.toml").write_text("")
    environment = {
        **os.environ,
        "PYTHONPATH": str(checkout / "src"),
        "DJANGO_SETTINGS_MODULE": "baobab.config.settings",
    }
    del environment["BAOBAB_HOME"]
    environment.pop("DATABASE_URL", None)
    told = subprocess.run(
        [sys.executable, "-m", "baobab.config.command", "jobs"],
        cwd=elsewhere,
        env=environment,
        capture_output=True,
        text=True,
        timeout=180,
        check=True,
    )
    home, other = (checkout, elsewhere) if is_checkout else (elsewhere, checkout)
    assert (home / "var" / "baobab.sqlite3").is_file()
    assert not (other / "var").exists()
    assert told.stderr.splitlines()[0] == f"Preparing the data folder {home / 'var'} ..."


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refused = baobab(tmp_path / "file" / "home", "jobs")
    assert refused.returncode == 2
    assert "The data folder cannot be used" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_database_that_does_not_answer_is_said(tmp_path: Path) -> None:
    refused = baobab(tmp_path, "jobs", DATABASE_URL="postgres://baobab@127.0.0.1:1/nothing")
    assert refused.returncode == 2
    assert "The database does not answer" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_help_lists_our_commands_first(tmp_path: Path) -> None:
    told = baobab(tmp_path, "help").stdout.splitlines()
    ours = [line.split()[0] for line in told if line.startswith("  ")]
    assert {"serve", "user", "check", "jobs", "worker"} <= set(ours)
    assert "runserver" not in ours
    assert baobab(tmp_path, "help", "user").stdout.startswith("usage: baobab user")


@pytest.mark.parametrize("arguments", [("help", "jobs"), ("jobs", "--help"), ("help", "import")])
def test_help_of_a_command_speaks_of_its_own_options_only(arguments: tuple[str, ...], tmp_path: Path) -> None:
    told = baobab(tmp_path, *arguments).stdout
    assert told.startswith("usage: baobab")
    for option in ("--settings", "--pythonpath", "--traceback", "--no-color", "--skip-checks", "--verbosity"):
        assert option not in told


def test_a_new_user_belongs_to_the_organisation_and_gets_a_link(tmp_path: Path) -> None:
    added = baobab(tmp_path, "user", "add", "Amina@example.org", "--name", "Amina Diallo", "--administrator")
    assert added.returncode == 0, added.stderr
    assert "/account/link/" in added.stdout
    assert rows(tmp_path, "SELECT name, email FROM organisation_person") == [
        ("Amina Diallo", "amina@example.org")
    ]
    assert rows(tmp_path, "SELECT is_administrator FROM accounts_user") == [(1,)]
    assert rows(tmp_path, "SELECT count(*) FROM organisation_membership") == [(1,)]
    twice = baobab(tmp_path, "user", "add", "amina@example.org")
    assert twice.returncode == 2
    assert "already" in twice.stderr
    assert baobab(tmp_path, "user", "link", "AMINA@example.org").returncode == 0


def test_a_new_user_gets_a_role_in_the_unit_that_is_named(tmp_path: Path) -> None:
    added = baobab(tmp_path, "unit", "add", "Senegal office", "--level", "country-office", "--country", "SN")
    assert added.returncode == 0, added.stderr
    ((unit,),) = rows(tmp_path, "SELECT public_id FROM organisation_group ORDER BY id DESC LIMIT 1")
    named = ("user", "add", "ibou@example.org", "--name", "Ibou Sarr", "--unit", str(unit))
    assert baobab(tmp_path, *named, "--role", "editor").returncode == 0
    sql = (
        "SELECT public_id, role FROM organisation_membership m JOIN organisation_group g ON g.id = m.group_id"
    )
    assert rows(tmp_path, sql) == [(unit, "editor")]
    unknown = baobab(tmp_path, "user", "add", "awa@example.org", "--unit", "nowhere")
    assert unknown.returncode == 2
    assert "There is no such unit." in unknown.stderr
    assert rows(tmp_path, "SELECT email FROM accounts_user") == [("ibou@example.org",)]


def test_check_says_what_works_and_what_does_not(tmp_path: Path) -> None:
    well = baobab(tmp_path, "check")
    assert well.returncode == 0, well.stdout + well.stderr
    assert "The database answers (sqlite3)." in well.stdout
    assert "WRONG" not in well.stdout
    assert "(Landlock)" in well.stdout or "no Landlock" in well.stdout
    ill = baobab(tmp_path, "check", EMAIL_URL="smtp://127.0.0.1:1")
    assert ill.returncode == 1
    assert "WRONG The mail server 127.0.0.1:1 does not answer" in ill.stdout


def test_check_notes_what_is_optional_and_missing_with_the_remedy(tmp_path: Path) -> None:
    checked = baobab(tmp_path, "check", PATH=str(tmp_path))
    assert checked.returncode == 0, checked.stderr
    assert "note  The text of scans is not recognised. For that: apt install tesseract-ocr" in checked.stdout


def test_jobs_can_be_listed_by_state(tmp_path: Path) -> None:
    listed = baobab(tmp_path, "jobs", "list", "--state", "failed")
    assert listed.returncode == 0
    counted = listed.stdout.strip().splitlines()[-1]
    assert counted == "0 waiting, 0 running, 0 done, 0 failed, 0 stopped"
