"""Files that must last: the order of the calls, and nothing half written."""

import pytest

from joinedup import durable


def test_a_file_is_synced_before_it_is_renamed_and_its_folder_after(tmp_path, monkeypatch):
    calls = []
    for name in ("sync_file", "rename", "sync_folder"):
        real = getattr(durable, name)
        monkeypatch.setattr(durable, name, lambda *a, name=name, real=real: (calls.append(name), real(*a)))
    durable.write_text(tmp_path / "deep" / "note.txt", "kept")
    assert calls == ["sync_file", "rename", "sync_folder"]
    assert (tmp_path / "deep" / "note.txt").read_text() == "kept"


def test_a_writer_that_fails_leaves_the_old_file_and_no_scraps(tmp_path):
    target = tmp_path / "note.txt"
    durable.write_text(target, "old")

    def fail(path):
        path.write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        durable.write(target, fail)
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]
    assert target.read_text() == "old"


def test_the_hash_is_the_published_one(tmp_path):
    # FIPS 180-4's example: the message "abc".
    (tmp_path / "abc").write_bytes(b"abc")
    assert durable.sha256(tmp_path / "abc") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
