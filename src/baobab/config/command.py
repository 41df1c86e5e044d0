"""The `baobab` command: every app's management commands under one name, on a folder that prepares itself."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.core.management.base import BaseCommand

# Commands that work on a database as it is, prepared or not, or need none.
_UNPREPARED = frozenset(
    {"migrate", "makemigrations", "showmigrations", "sqlmigrate", "makemessages", "compilemessages", "test"}
)
# Commands that run for as long as the site does.
_LASTING = frozenset({"serve", "worker", "indexer"})
# Options that every command of Django's has. Ours take them too, but their help speaks of ours only.
_OF_DJANGO = frozenset(
    {
        "--version", "--verbosity", "--settings", "--pythonpath",
        "--traceback", "--no-color", "--force-color",
    }
)  # fmt: skip
UNUSABLE = 2


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit: 0 all went well, 1 some was refused, 2 the command could not be used."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "baobab.config.settings")
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        sys.exit(_run(given))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read our output went away (`baobab jobs | head`); nothing more can be said to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _run(given: list[str]) -> int:
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except OSError as error:
        return _complain(
            f"The data folder cannot be used: {error}. Set BAOBAB_HOME to a folder that can be written to."
        )
    except ImproperlyConfigured as error:
        return _complain(f"The settings cannot be used: {error}")

    from django.core.management import get_commands

    if not given or given[0] in ("help", "--help", "-h"):
        return _help(given[1:])
    if given[0] == "--version":
        from baobab import __version__

        _tell(f"baobab {__version__}")
        return 0
    if given[0] not in get_commands():
        return _unknown(given[0])
    return _execute(given[0], given[1:])


def _command(name: str) -> BaseCommand:
    from django.core.management import get_commands, load_command_class
    from django.core.management.base import BaseCommand

    app = get_commands()[name]
    command = app if isinstance(app, BaseCommand) else load_command_class(app, name)
    if str(app).startswith("baobab."):
        command.suppressed_base_arguments = set(_OF_DJANGO)
        command.requires_system_checks = []
    return command


def _execute(name: str, arguments: list[str]) -> int:
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import CommandError
    from django.core.management.base import handle_default_options
    from django.db import OperationalError

    from baobab.kernel.errors import BaobabError

    from .prepare import prepare

    command = _command(name)
    vars(command)["_called_from_command_line"] = True  # a wrong option then ends in a sentence
    parser = command.create_parser("baobab", name)
    options = vars(parser.parse_args(arguments))
    positional = options.pop("args", ())
    handle_default_options(parser.parse_args(arguments))
    # Django's own checks cost half a second; `baobab check` and the tests run them.
    options["skip_checks"] = True
    try:
        if hasattr(command, "before_prepare"):
            command.before_prepare()
        if name not in _UNPREPARED and prepare(say=_say) and name in _LASTING:
            # Start afresh: what preparing loaded would stay in memory for as long as the site runs.
            os.execv(sys.executable, [sys.executable, "-m", "baobab.config.command", name, *arguments])  # noqa: S606
        command.execute(*positional, **options)
    except CommandError as error:
        return _complain(str(error), status=error.returncode)
    except BaobabError as error:
        return _complain(str(error) or error.title)
    except ImproperlyConfigured as error:
        return _complain(f"The settings cannot be used: {error}")
    except OperationalError as error:
        return _complain(f"The database does not answer: {str(error).strip()}")
    return 0


def _help(about: list[str]) -> int:
    from django.core.management import get_commands

    commands = get_commands()
    if about:
        if about[0] not in commands:
            return _unknown(about[0])
        _command(about[0]).print_help("baobab", about[0])
        return 0
    ours = sorted(name for name, app in commands.items() if str(app).startswith("baobab."))
    width = max(len(name) for name in ours)
    _tell("Usage: baobab COMMAND [options]\n")
    for name in ours:
        _tell(f"  {name:<{width}}  {_command(name).help}")
    others = ", ".join(sorted(set(commands) - set(ours)))
    _tell(f"\n`baobab help COMMAND` says more. BAOBAB_HOME names the data folder.\nOf Django: {others}.")
    return 0


def _unknown(name: str) -> int:
    from django.core.management import get_commands

    close = difflib.get_close_matches(name, [*get_commands(), "help"], n=1)
    hint = f"Did you mean `baobab {close[0]}`?" if close else "`baobab help` lists them."
    return _complain(f"There is no command {name!r}. {hint}")


def _complain(sentence: str, *, status: int = UNUSABLE) -> int:
    _tell(sentence, to_errors=True)
    return status


def _say(line: str) -> None:
    _tell(line, to_errors=True)
    sys.stderr.flush()


def _tell(text: str, *, to_errors: bool = False) -> None:
    (sys.stderr if to_errors else sys.stdout).write(f"{text}\n")


if __name__ == "__main__":
    main()
