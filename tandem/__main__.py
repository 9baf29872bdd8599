"""The front door: every command enters and leaves here, and no traceback gets out."""

from tandem import early  # noqa: F401 - first: it is for everything that is imported from here on

# isort: split
import gc
import os
import sys
from collections.abc import Sequence

from typer import Abort, TyperException

from tandem import crash
from tandem.cli import run_command
from tandem.exit_codes import ExitCode
from tandem.problem import CommandError


def main() -> None:
    """The command `tandem`."""
    status = enter(sys.argv[1:])
    if "_duckdb" not in sys.modules:  # it complains of what is left over, and freezing leaves over
        gc.freeze()  # else the end of Python looks for cycles among all there ever was
    sys.exit(status)


def enter(arguments: Sequence[str]) -> int:
    """Runs one command and turns every way to end into an exit status."""
    stderr = sys.stderr
    try:
        return _entered(arguments)
    finally:
        sys.stderr = stderr


def _entered(arguments: Sequence[str]) -> int:
    if sys.platform == "win32":
        return _refuse("Tandem runs on Windows by WSL 2 or by compose, not natively", ExitCode.USAGE)
    try:
        status = run_command(arguments)
        sys.stdout.flush()
    except CommandError as error:
        return _refuse(str(error), error.exit_code)
    except TyperException as error:
        return _refuse(f"{_message(error)}; `tandem {_command(arguments)}--help` shows how", ExitCode.USAGE)
    except (KeyboardInterrupt, Abort):
        return _refuse("stopped", ExitCode.SIGINT)
    except BrokenPipeError:
        return _close_stdout()
    except Exception as error:  # noqa: BLE001 - the one place where a bug becomes an exit status
        if os.environ.get("TANDEM_DEBUG", "") not in {"", "0"}:
            sys.excepthook(type(error), error, error.__traceback__)
        return _refuse(crash.report(error), ExitCode.BUG)
    return status


def _refuse(message: str, code: ExitCode) -> int:
    for line in message.splitlines():
        sys.stderr.write(f"tandem: {line}\n")
    return code


def _message(error: TyperException) -> str:
    said = error.format_message() if hasattr(error, "format_message") else str(error)
    return " ".join(str(said).split()).rstrip(".")


def _command(arguments: Sequence[str]) -> str:
    first = arguments[0] if arguments else ""
    return f"{first} " if first.isalpha() else ""


def _close_stdout() -> int:
    """The reader of our output went away, as `head` does; Python must not flush into it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return ExitCode.OK


if __name__ == "__main__":
    main()
