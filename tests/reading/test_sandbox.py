"""The zygote and its children: what they cannot do, and that nothing a file does outlives its reading."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from baobab.reading import Limits, Reader, Reading, Status, read_once
from tests.reading import made


def confined(code: str, writable: Path) -> str:
    """What a freshly confined process prints when it runs `code`."""
    script = (
        "import os, socket, sys\n"
        "from baobab.reading.confinement import Confinement, address_space_now, confine, readable_folders\n"
        f"own = ({str(writable)!r},)\n"
        "confine(Confinement(address_space_now() + (256 << 20), 20, own, readable_folders()))\n" + code
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


needs_landlock = pytest.mark.skipif(
    confined("open('/etc/hostname'); print('open')", Path("/nowhere")) == "open",
    reason="This system has no Landlock, so files cannot be closed to a process.",
)


def test_zygote_never_loads_numpy_or_django() -> None:
    code = (
        "import sys; from baobab.reading import zygote, child; child.warm_up(); "
        "print(sorted({'numpy', 'django', 'requests'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_confined_process_has_no_network(tmp_path: Path) -> None:
    listener = "s = socket.socket(); s.settimeout(5); s.connect(('192.0.2.1', 80)); print('connected')"
    assert confined(listener, tmp_path).startswith(("OSError", "PermissionError"))


def test_confined_process_cannot_take_more_memory(tmp_path: Path) -> None:
    assert confined("block = bytearray(1 << 30); print('got it')", tmp_path).startswith("MemoryError")


@needs_landlock
def test_confined_process_writes_only_to_its_own_folder(tmp_path: Path) -> None:
    own, other = tmp_path / "own", tmp_path / "other"
    own.mkdir()
    other.mkdir()
    code = f"open({str(own / 'a')!r}, 'w').write('x'); open({str(other / 'b')!r}, 'w'); print('wrote')"
    assert confined(code, own).startswith("PermissionError")
    assert (own / "a").read_text() == "x"
    assert list(other.iterdir()) == []


@needs_landlock
def test_confined_process_reads_no_secrets(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("key")
    own = tmp_path / "own"
    own.mkdir()
    assert confined(f"print(open({str(secret)!r}).read())", own).startswith("PermissionError")


def test_reader_replaces_a_zygote_that_died(tmp_path: Path) -> None:
    path = made.pdf(tmp_path / "a.pdf", "Alive")
    with Reader() as reader:
        assert reader.read(path).text == "Alive"
        os.kill(zygote_of(reader), signal.SIGKILL)
        assert reader.read(path).text == "Alive"


def zygote_of(reader: Reader) -> int:
    """The process id of a reader's zygote."""
    process = reader._process
    assert process is not None
    return process.pid


def test_closing_ends_the_zygote_and_removes_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    reader = Reader()
    reader.read(made.pdf(tmp_path / "a.pdf", "x"))
    pid = zygote_of(reader)
    assert list(tmp_path.glob("baobab-reading-*"))
    reader.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert not list(tmp_path.glob("baobab-reading-*"))
    assert reader.read(tmp_path / "a.pdf").text == "x"
    reader.close()


def test_zygote_ends_when_its_owner_is_killed(tmp_path: Path) -> None:
    path = made.pdf(tmp_path / "a.pdf", "x")
    code = (
        "import os, signal; from pathlib import Path; from baobab.reading import Reader; r = Reader(); "
        f"r.read(Path({str(path)!r})); print(r._process.pid, flush=True); "
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    pid = int(done.stdout)
    for _ in range(300):
        if (
            not Path(f"/proc/{pid}").exists()
            or "Z" in Path(f"/proc/{pid}/stat").read_text().split(")")[1][:3]
        ):
            return
        time.sleep(0.1)
    pytest.fail("The zygote outlived its owner by half a minute.")


def test_threads_may_share_a_reader(reader: Reader, tmp_path: Path) -> None:
    paths = [made.pdf(tmp_path / f"{n}.pdf", f"Number {n}") for n in range(6)]
    results: dict[int, Reading] = {}

    def work(number: int) -> None:
        results[number] = reader.read(paths[number])

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {number: reading.text for number, reading in results.items()} == {
        n: f"Number {n}" for n in range(6)
    }


def test_forked_process_uses_a_zygote_of_its_own(reader: Reader, tmp_path: Path) -> None:
    path = made.pdf(tmp_path / "a.pdf", "Shared")
    assert reader.read(path).text == "Shared"
    process = os.fork()
    if process == 0:
        code = 1
        try:
            code = 0 if reader.read(path).text == "Shared" else 1
            reader.close()
        finally:
            os._exit(code)
    assert os.waitpid(process, 0)[1] == 0
    assert reader.read(path).text == "Shared"


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    documents = tmp_path / "documents"
    documents.mkdir()
    path = made.report_docx(documents / "a.docx")
    assert read_once(path).status == Status.READ
    assert [entry.name for entry in tmp_path.iterdir()] == ["documents"]
    assert [entry.name for entry in documents.iterdir()] == ["a.docx"]


def test_descriptors_do_not_leak(reader: Reader, tmp_path: Path) -> None:
    path = made.pdf(tmp_path / "a.pdf", "x")
    reader.read(path)
    folder = Path(f"/proc/{zygote_of(reader)}/fd")
    if not folder.exists():
        pytest.skip("This system does not list the descriptors of a process.")
    before = len(list(folder.iterdir()))
    for _ in range(30):
        reader.read(path)
    assert len(list(folder.iterdir())) == before


def test_costs_are_reported(reader: Reader, tmp_path: Path) -> None:
    reading = reader.read(made.pdf(tmp_path / "a.pdf", "x"))
    assert reading.milliseconds > 0
    assert 1 << 20 < reading.peak_memory < Limits().memory


def test_missing_file_is_the_callers_mistake(reader: Reader, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        reader.read(tmp_path / "absent.pdf")
