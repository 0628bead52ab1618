"""Recordings and logs on real servers: fetched once, whoever may be asked, whatever goes wrong."""

import json
from collections.abc import Iterator
from pathlib import Path

import asyncssh
import pytest
from helpers_audio import hum, write_wav
from helpers_fake_engine import FakeEngine
from helpers_logs import cdr
from helpers_servers import BUCKET, Bucket, SftpServer, s3_server, sftp_server

from auricle import pipeline
from auricle.commands.doctor import doctor
from auricle.errors import SettingsError
from auricle.models import Failure
from auricle.pipeline import Means, Summary
from auricle.settings import Settings, load_settings
from auricle.store.access import as_owner
from auricle.store.reads import rows
from ingest.places import Place, Storage
from ingest.spool import Spool


@pytest.fixture(autouse=True)
def fake_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "make_engine", FakeEngine)
    FakeEngine.forget()


@pytest.fixture
def sftp(tmp_path: Path) -> Iterator[SftpServer]:
    with sftp_server(tmp_path) as server:
        yield server


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with s3_server() as server:
        yield server


def clinic(folder: Path, ingest: dict[str, object], storage: dict[str, dict[str, object]]) -> Path:
    """A clinic whose files lie elsewhere."""
    lines = ["[ingest]", *(f"{key} = {value!r}" for key, value in ingest.items())]
    for address, options in storage.items():
        lines += [f'[ingest.storage."{address}"]', *(f"{k} = {v!r}" for k, v in options.items())]
    home = folder / "clinic"
    home.mkdir(exist_ok=True)
    (home / "auricle.toml").write_text("\n".join([*lines, "[transcribe]", "device = 'cpu'", ""]))
    return home


def at_sftp(folder: Path, server: SftpServer, **ingest: object) -> Settings:
    told = {"recordings": [f"{server.address}/monitor"], **ingest}
    return load_settings(clinic(folder, told, {server.address: server.options}))


def recordings(folder: Path, *names: str, hz: int = 400) -> None:
    folder.mkdir(exist_ok=True)
    for number, name in enumerate(names):
        write_wav(folder / name, hum(2, hz=hz + 50 * number))


def counts(summary: Summary) -> tuple[int, int, int, int]:
    return summary.run.found, summary.run.done, summary.run.cached, summary.run.failed


def spooled(settings: Settings) -> list[str]:
    folder = settings.store.path.parent / "spool"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def only(failures: tuple[Failure, ...]) -> Failure:
    [failure] = [failure for failure in failures if failure.severity == "error"]
    return failure


def test_recordings_of_a_server_are_fetched_once(tmp_path: Path, sftp: SftpServer) -> None:
    recordings(sftp.root / "monitor", "1.wav", "2.wav", ".hidden.wav")
    (sftp.root / "monitor" / "09").mkdir()
    recordings(sftp.root / "monitor" / "09", "3.wav")
    (sftp.root / "monitor" / "09" / "3.wav").write_bytes(b"not sound, not at all")
    settings = at_sftp(tmp_path, sftp)
    summary = pipeline.run(settings)
    assert counts(summary) == (3, 2, 0, 1)
    assert only(summary.failures).path == f"{sftp.address}/monitor/09/3.wav"
    assert len(spooled(settings)) == 1  # the bad one: it needn't be fetched to be tried again
    before = len(sftp.opened)
    assert counts(pipeline.run(settings)) == (3, 0, 2, 1)
    assert len(sftp.opened) == before
    paths = {row["path"] for row in rows(as_owner(settings.store.path), "SELECT path FROM calls")}
    assert paths == {f"{sftp.address}/monitor/{n}.wav" for n in (1, 2)}
    media = settings.store.path.parent / "media"
    assert len(list(media.iterdir())) == 2
    (sftp.root / "monitor" / "09" / "3.wav").unlink()
    assert counts(pipeline.run(settings)) == (2, 0, 2, 0)
    assert spooled(settings) == []
    assert rows(as_owner(settings.store.path), "SELECT * FROM failures") == []
    assert sorted(path.name for path in (sftp.root / "monitor").iterdir()) == [
        ".hidden.wav", "09", "1.wav", "2.wav",
    ]  # fmt: skip


def test_a_bucket_is_a_place(tmp_path: Path, bucket: Bucket) -> None:
    recordings(tmp_path / "made", "1.wav", "2.wav")
    for name in ("1.wav", "2.wav"):
        bucket.put(f"2026/09/{name}", (tmp_path / "made" / name).read_bytes())
    bucket.put("2026/Master.csv", f"{cdr(uniqueid='7.7')}\n".encode())
    bucket.put("table.csv", b"file,administrator\n1.wav,Anna\n2026/09/2.wav,Mark\n")
    address = f"s3://{BUCKET}"
    home = clinic(
        tmp_path, {"recordings": [f"{address}/2026"], "manifest": f"{address}/table.csv"},
        {address: bucket.options},
    )  # fmt: skip
    settings = load_settings(home)
    assert counts(pipeline.run(settings)) == (2, 2, 0, 0)
    listed = rows(as_owner(settings.store.path), "SELECT administrator FROM calls ORDER BY path")
    assert [row["administrator"] for row in listed] == ["Anna", "Mark"]
    [unrecorded] = rows(
        as_owner(settings.store.path), "SELECT call_id FROM call_list WHERE NOT recorded"
    )
    assert unrecorded["call_id"] == "7.7"
    assert counts(pipeline.run(settings)) == (2, 0, 2, 0)
    assert [name for name in spooled(settings) if not name.startswith("table-")] == []


def test_an_empty_prefix_is_an_empty_folder_and_a_missing_bucket_is_told(
    tmp_path: Path, bucket: Bucket
) -> None:
    storage = Storage({"s3://calls": bucket.options, "s3://gone": bucket.options})
    assert storage.place("s3://calls/later").is_folder()
    assert list(storage.place("s3://calls/later").files()) == []
    home = clinic(
        tmp_path, {"recordings": ["s3://gone/x", "s3://calls"]},
        {"s3://gone": bucket.options, "s3://calls": bucket.options},
    )  # fmt: skip
    failure = only(pipeline.run(load_settings(home)).failures)
    assert failure.path == "s3://gone/x"


@pytest.mark.parametrize("known", ["another key", "no key"])
def test_an_unknown_host_is_told_nothing(tmp_path: Path, sftp: SftpServer, known: str) -> None:
    recordings(sftp.root / "monitor", "1.wav")
    recordings(tmp_path / "here", "2.wav")
    if known == "another key":
        sftp.know(asyncssh.generate_private_key("ssh-ed25519"))
    else:
        (sftp.keys / "known_hosts").write_text("")
    both = [f"{sftp.address}/monitor", str(tmp_path / "here")]
    settings = at_sftp(tmp_path, sftp, recordings=both, logs=[f"{sftp.address}/logs"])
    summary = pipeline.run(settings)
    assert counts(summary)[:2] == (1, 1)
    failure = only(summary.failures)
    assert failure.path == sftp.address
    assert "host key is not known" in failure.reason
    assert "known_hosts" in failure.remedy
    assert sftp.logins == 0


def test_sshfs_alone_would_ask_nobody_who_they_are(
    tmp_path: Path, sftp: SftpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without any options the server's key must be in the user's own known_hosts."""
    monkeypatch.setattr("ingest.places.KNOWN_HOSTS", (tmp_path / "none",))
    options = {"client_keys": sftp.options["client_keys"]}
    settings = load_settings(
        clinic(tmp_path, {"recordings": [sftp.address]}, {sftp.address: options})
    )
    assert "host key" in only(pipeline.run(settings).failures).reason
    monkeypatch.setattr("ingest.places.KNOWN_HOSTS", (sftp.keys / "known_hosts",))
    assert pipeline.run(settings).errors == []


def test_a_refused_key_is_told(tmp_path: Path, sftp: SftpServer) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519")
    other.write_private_key(str(sftp.keys / "user"))
    other.write_public_key(str(sftp.keys / "user.pub"))
    failure = only(pipeline.run(at_sftp(tmp_path, sftp)).failures)
    assert failure.path == sftp.address
    assert "refuses this user" in failure.reason


def test_a_server_that_vanishes_stops_nobody_else(tmp_path: Path, sftp: SftpServer) -> None:
    recordings(sftp.root / "monitor", "1.wav", "2.wav")
    recordings(tmp_path / "here", "3.wav", hz=600)
    table = "file,administrator\n1.wav,Anna\n2.wav,Mark\n"
    (sftp.root / "table.csv").write_text(table)
    both = [f"{sftp.address}/monitor", str(tmp_path / "here")]
    settings = at_sftp(tmp_path, sftp, recordings=both, manifest=f"{sftp.address}/table.csv")
    pipeline.run(settings)
    sftp.stop()
    recordings(tmp_path / "here", "4.wav", hz=700)
    summary = pipeline.run(settings)
    assert summary.run.done == 1
    assert only(summary.failures).path == sftp.address
    assert "next run" in only(summary.failures).remedy
    listed = rows(as_owner(settings.store.path), "SELECT administrator FROM calls ORDER BY 1")
    assert [row["administrator"] for row in listed] == ["", "", "Anna", "Mark"]
    sftp.start()
    assert pipeline.run(settings).errors == []
    assert (
        rows(as_owner(settings.store.path), "SELECT * FROM failures WHERE severity = 'error'") == []
    )


def test_a_server_that_vanishes_while_recordings_are_fetched(
    tmp_path: Path, sftp: SftpServer
) -> None:
    recordings(sftp.root / "monitor", *(f"{n}.wav" for n in range(4)))
    settings = at_sftp(tmp_path, sftp)

    def progress(what: str, done: int, total: int) -> None:
        if (what, done) == ("Reading files", 3):
            sftp.stop()

    summary = pipeline.run(settings, None, progress)
    assert counts(summary)[:2] == (2, 2)
    assert only(summary.failures).path == sftp.address
    sftp.start()
    assert counts(pipeline.run(settings)) == (4, 2, 2, 0)


def test_what_a_killed_run_has_fetched_is_not_fetched_again(
    tmp_path: Path, sftp: SftpServer
) -> None:
    recordings(sftp.root / "monitor", "1.wav", "2.wav", "3.wav")
    settings = at_sftp(tmp_path, sftp)

    def killed(what: str, done: int, total: int) -> None:
        if (what, done) == ("Reading files", 3):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pipeline.run(settings, None, killed)
    assert len(spooled(settings)) == 2
    (settings.store.path.parent / "spool" / "x.wav.partial").write_bytes(b"half")
    opened = len(sftp.opened)
    assert counts(pipeline.run(settings)) == (3, 3, 0, 0)
    assert len(sftp.opened) == opened + 1
    assert spooled(settings) == []


def test_only_a_portion_is_fetched_at_a_time(
    tmp_path: Path, sftp: SftpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "FETCHED_BYTES", 1)
    recordings(sftp.root / "monitor", "1.wav", "2.wav", "3.wav")
    settings = at_sftp(tmp_path, sftp)
    left = []
    for _ in range(3):
        summary = pipeline.run(settings)
        left.append((summary.run.done, summary.left))
    assert left == [(1, 2), (1, 1), (1, 0)]


def test_a_log_that_grows_is_read_from_where_it_ended(tmp_path: Path, sftp: SftpServer) -> None:
    logs = sftp.root / "logs"
    logs.mkdir()
    lines = [cdr(uniqueid=f"1.{n}", src=f"600{n:06}") for n in range(3000)]
    (logs / "Master.csv").write_text("\n".join([*lines, ""]))
    settings = at_sftp(tmp_path, sftp, recordings=[], logs=[f"{sftp.address}/logs"])
    pipeline.run(settings)
    whole, sftp.read_bytes = sftp.read_bytes, 0
    with (logs / "Master.csv").open("a") as file:
        file.write(cdr(uniqueid="2.1") + "\n")
    pipeline.run(settings)
    assert sftp.read_bytes < whole / 3
    (logs / "Master.csv").rename(logs / "Master.csv.1")
    (logs / "Master.csv").write_text(cdr(uniqueid="3.1") + "\n")
    pipeline.run(settings)
    [[count]] = [
        row.values() for row in rows(as_owner(settings.store.path), "SELECT count(*) FROM legs")
    ]
    assert count == 3002


def test_a_missing_package_is_told(
    tmp_path: Path, sftp: SftpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "sshfs", None)
    failure = only(pipeline.run(at_sftp(tmp_path, sftp)).failures)
    assert failure.remedy == "Install it: pip install 'auricle[sftp]'"


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("recordings = ['ftp://host/x']", "sftp and s3, not ftp"),
        ("recordings = ['sftp://me:secret@host/x']", "holds a password"),
        ("recordings = ['s3:///x']", "names no bucket"),
        ("[ingest.storage.'sftp://host']\npassword = 'x'", "'password' of sftp://host"),
        ("[ingest.storage.'s3://b'.client_kwargs]\naws_secret_access_key = 'x'", "aws_secret"),
        ("[ingest.storage.'sftp://host']\nknown_hosts = false", "path of a file"),
    ],
)
def test_addresses_and_options_that_are_refused(tmp_path: Path, toml: str, says: str) -> None:
    (tmp_path / "auricle.toml").write_text(f"[ingest]\n{toml}\n")
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path)
    assert says in caught.value.reason
    assert "secret@" not in caught.value.reason


def test_a_file_that_changes_while_it_is_fetched_waits(tmp_path: Path, sftp: SftpServer) -> None:
    recordings(sftp.root / "monitor", "1.wav")
    settings = at_sftp(tmp_path, sftp)
    storage = Storage(settings.ingest.storage)
    [place] = storage.place(f"{sftp.address}/monitor").files()
    with (sftp.root / "monitor" / "1.wav").open("ab") as file:
        file.write(b"more")
    with pytest.raises(OSError, match="changed while"):
        Spool(tmp_path / "spool").local(place)
    assert list((tmp_path / "spool").iterdir()) == []


def test_models_and_connections_are_kept_between_runs(tmp_path: Path, sftp: SftpServer) -> None:
    recordings(sftp.root / "monitor", "1.wav")
    settings = at_sftp(tmp_path, sftp)
    means = Means(Storage(settings.ingest.storage))
    pipeline.run(settings, means=means)
    write_wav(sftp.root / "monitor" / "2.wav", hum(2, hz=900))
    means.storage.look_again()
    assert counts(pipeline.run(settings, means=means)) == (2, 1, 1, 0)
    assert (FakeEngine.loaded, sftp.logins) == (1, 1)


def test_an_address_beside_another() -> None:
    table = Storage().place("sftp://host/a/b/table.csv")
    assert str(table.beside("../x.wav")) == "sftp://host/a/x.wav"
    assert str(table.beside("/y.wav")) == "sftp://host/y.wav"
    assert str(Place("/a/table.csv").beside("x.wav")) == "/a/x.wav"


def test_doctor_says_what_each_place_holds(
    tmp_path: Path, sftp: SftpServer, capsys: pytest.CaptureFixture[str]
) -> None:
    recordings(sftp.root / "monitor", "1.wav", "2.wav")
    (sftp.root / "monitor" / "Master.csv").write_text(f"{cdr()}\n")
    here = tmp_path / "none"
    at_sftp(tmp_path, sftp, logs=[f"{sftp.address}/monitor/Master.csv", str(here)])
    assert doctor(tmp_path / "clinic", as_json=True) == 1
    checks = json.loads(capsys.readouterr().out)["checks"]
    found = [(item["check"], item["state"], item["found"]) for item in checks[-3:]]
    assert found == [
        ("recordings", "ok", f"{sftp.address}/monitor: 2 recordings, 1 logs (Asterisk CDR)"),
        ("logs", "ok", f"{sftp.address}/monitor/Master.csv: Asterisk CDR"),
        ("logs", "missing", f"{here}: There is no such file or folder."),
    ]
    assert checks[-1]["remedy"]
