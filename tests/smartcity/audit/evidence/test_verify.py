"""Whatever is changed in a package, who checks it is told, by the file and the line; and nothing else is.

First what anybody can change who has the package; then what whoever holds the key could, who signs the list anew.
"""

import base64
import json
import os
import warnings
import zipfile
from hashlib import sha256
from io import BytesIO

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.utils.timezone import now

from smartcity.lib.seal.checkpoint import make_checkpoint, sign
from smartcity.lib.seal.merkle import hash_leaf
from smartcity.lib.seal.signing_key import public_key_text, read_key_file
from smartcity.lib.seal.statement import sign_statement
from tests.smartcity.audit.evidence.packages import (
    VERIFY,
    content_of,
    export,
    lines_of,
    packed,
    run_in,
    signed_anew,
    verified,
)

pytestmark = pytest.mark.django_db

REPORTS, AGENCIES = "history/tasks_progressupdate.jsonl", "history/programme_agency.jsonl"
REPORT_ROWS = "rows/tasks_progressupdate.jsonl"


@pytest.fixture(scope="module")
def held(kept_country, django_db_blocker):
    with django_db_blocker.unblock():
        return content_of(export("--programme", "HH-CQDT"))


def paper(held):
    return next(name for name in held if name.startswith("papers/"))


def assert_wrong(content, *names, **given):
    code, told = verified(content, **given)
    assert code == 1, told
    assert told.startswith("SAI: ")
    for name in names:
        assert name in told
    assert "ĐÚNG" not in told


def one_byte_changed(content):
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


# By anybody.


def test_checking_program_is_short_and_asks_for_python_alone():
    text = VERIFY.read_text()

    assert len(text.splitlines()) <= 250
    compile(text, "verify.py", "exec", dont_inherit=True)
    assert "import django" not in text


FILES = [
    *(REPORTS, REPORT_ROWS, "papers/", "manifest.json", "manifest.sig", "checkpoint.txt", "proof.txt"),
    *("public-key.txt", "verify.py", "DOC-TRUOC.txt"),
]


@pytest.mark.parametrize("name", FILES)
def test_one_byte_changed_is_found(held, name):
    name = paper(held) if name == "papers/" else name

    # Of the key, what is signed by it is no longer signed by it.
    said = [] if name == "public-key.txt" else [name]
    assert_wrong(packed(held | {name: one_byte_changed(held[name])}), *said)


@pytest.mark.parametrize("name", FILES)
def test_missing_file_is_named(held, name):
    name = paper(held) if name == "papers/" else name

    for content in (packed, dict):
        assert_wrong(content({one: text for one, text in held.items() if one != name}), f"{name}: thiếu tệp này")


@pytest.mark.parametrize("name", ["history/tasks_secret.jsonl", "them.txt", "papers/them.pdf"])
def test_added_file_is_named(held, name):
    for content in (packed, dict):
        assert_wrong(content(held | {name: b"{}\n"}), f"{name}: tệp thêm vào")


@pytest.mark.parametrize(
    "name", ["../ngoai.txt", "rows/../../ngoai.txt", "/etc/passwd", "..\\ngoai.txt", "C:\\x", "a/b/c", "rows/", ".an"]
)
def test_name_that_leads_elsewhere_is_refused(held, name):
    assert_wrong(packed(held | {name: b"x"}), "tên tệp không được phép")


def test_name_that_leads_elsewhere_is_refused_also_where_it_is_signed(held):
    for name in ("../ngoai.txt", "a/../b", "a\\b"):
        assert_wrong(packed(signed_anew(held | {name: b"x"})), "tên tệp không được phép")


def test_what_stands_behind_another_of_its_name_is_refused(held):
    """Programs that unpack do not agree which of the two they take."""
    out = BytesIO(packed({REPORT_ROWS: b"{}\n"}))
    with warnings.catch_warnings(), zipfile.ZipFile(out, "a") as archive:
        warnings.simplefilter("ignore")
        for name, content in held.items():
            archive.writestr(name, content)

    assert_wrong(out.getvalue(), f"{REPORT_ROWS}: có hai lần")


def test_name_that_is_there_twice_is_refused(held):
    out = BytesIO(packed(held))
    with warnings.catch_warnings(), zipfile.ZipFile(out, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr(REPORT_ROWS, b"{}\n")

    assert_wrong(out.getvalue(), f"{REPORT_ROWS}: có hai lần")


def test_file_that_swells_is_not_unpacked(held):
    assert_wrong(packed(held | {"them.txt": bytes(1 << 24)}), "them.txt: nén quá mức")


@pytest.mark.parametrize("part", [0.0, 0.3, 0.9, 0.999])
def test_package_that_was_cut_off_is_refused(held, part):
    whole = packed(held)

    assert_wrong(whole[: int(len(whole) * part)])


def layout_of(packed_content):
    """Where its members and its list of them begin."""
    with zipfile.ZipFile(BytesIO(packed_content)) as archive:
        return [info.header_offset for info in archive.infolist()], archive.start_dir


@pytest.mark.parametrize("place", ["before", "between", "list", "after"])
def test_bytes_that_no_member_names_are_found(held, place):
    """A program that reads from the front, and one that reads from the back, would see two packages."""
    whole = packed(held)
    starts, listed = layout_of(whole)
    at = {"before": 0, "between": starts[2], "list": listed, "after": len(whole)}[place]

    assert_wrong(whole[:at] + b"PK khac" + whole[at:])


@pytest.mark.parametrize("length", [1, 100_000])
@pytest.mark.parametrize("name", ["manifest.sig", REPORT_ROWS])
def test_bytes_behind_what_is_packed_in_a_member_are_found(held, name, length):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in sorted(held, key=lambda one: one == name):
            archive.writestr(one, held[one])
        # It says itself that it takes up so much; whatever unpacks it ends before that.
        last = archive.infolist()[-1]
        archive.fp.seek(archive.start_dir)
        archive.fp.write(bytes(length))
        last.compress_size += length
        archive.start_dir += length

    assert_wrong(out.getvalue(), f"{name}: có byte thừa trong phần nén")


def test_words_about_the_whole_package_are_no_part_of_it(held):
    out = BytesIO(packed(held))
    with zipfile.ZipFile(out, "a") as archive:
        archive.comment = "Đã kiểm tra: ĐÚNG".encode()

    assert_wrong(out.getvalue(), "có byte không thuộc tệp nào")


def folder_with(held, folder, names=None):
    for name in names or held:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(held[name])
    return folder


@pytest.mark.parametrize(
    "add",
    [
        lambda folder: (folder / "papers" / "etc").symlink_to("/etc"),
        lambda folder: (folder / "rows" / "them.jsonl").symlink_to("/etc/hostname"),
        lambda folder: (folder / "papers" / "mat").symlink_to("/khong/co"),
        lambda folder: (folder / "them").mkdir(),
        lambda folder: os.mkfifo(folder / "rows" / "ong.jsonl"),
    ],
    ids=["link to a folder", "link to a file", "link to nothing", "empty folder", "pipe"],
)
def test_what_is_no_usual_file_is_refused_in_a_folder(held, tmp_path, add):
    folder = folder_with(held, tmp_path / "goi")
    assert run_in(tmp_path, "goi").code == 0
    add(folder)

    code, told = run_in(tmp_path, "goi")

    assert (code, "là liên kết, thư mục rỗng, hoặc không phải tệp thường" in told) == (1, True), told


def test_link_in_place_of_a_file_of_the_package_is_refused(held, tmp_path):
    folder = folder_with(held, tmp_path / "goi")
    (folder / REPORT_ROWS).rename(tmp_path / "noi-khac")
    (folder / REPORT_ROWS).symlink_to(tmp_path / "noi-khac")

    assert run_in(tmp_path, "goi").code == 1


# Which one is checked.


@pytest.mark.parametrize("left", [None, "manifest.json"], ids=["whole", "without its list"])
def test_good_package_beside_a_changed_folder_does_not_speak_for_it(held, tmp_path, left):
    changed = held | {"DOC-TRUOC.txt": "Nội dung khác".encode()}
    folder_with(changed, tmp_path, [name for name in changed if name != left])
    assert "SAI: " in run_in(tmp_path).told
    (tmp_path / "tot.zip").write_bytes(packed(held))

    code, told = run_in(tmp_path)

    assert code != 0
    assert "CHƯA KIỂM TRA: ở đây có 2 gói (tot.zip, .)" in told
    assert "ĐÚNG" not in told


def test_of_two_packages_none_is_chosen(held, tmp_path):
    (tmp_path / "A.ZIP").write_bytes(packed(held))
    (tmp_path / "b.zip").write_bytes(packed(held | {REPORT_ROWS: b"{}\n"}))

    code, told = run_in(tmp_path)

    assert code != 0
    assert "CHƯA KIỂM TRA: ở đây có 2 gói" in told
    for name, verdict in (("A.ZIP", 0), ("b.zip", 1)):
        code, told = run_in(tmp_path, name)
        assert (code, f"Gói đã kiểm tra: '{tmp_path / name}'" in told) == (verdict, True), told


def test_only_package_is_checked_without_being_named_and_is_told(held, tmp_path):
    (tmp_path / "goi.zip").write_bytes(packed(held))

    code, told = run_in(tmp_path)

    assert (code, f"Gói đã kiểm tra: '{tmp_path / 'goi.zip'}'" in told) == (0, True), told


def test_folder_in_which_one_stands_is_checked_and_told(held, tmp_path):
    folder_with(held, tmp_path)

    code, told = run_in(tmp_path)

    assert (code, f"Gói đã kiểm tra: '{tmp_path}'" in told) == (0, True), told


def test_where_there_is_no_package_nothing_is_right(tmp_path):
    code, told = run_in(tmp_path)

    assert code != 0
    assert "CHƯA KIỂM TRA: ở đây có 0 gói" in told


def test_what_cannot_be_read_is_named(held):
    """Not the file of the package that was read before it."""
    for given, said in (("khong-co", "SAI: khong-co: hỏng"), ("moc", "SAI: moc:")):
        code, told = verified(packed(held), "--checkpoint", given, moc="không phải mốc")
        assert code == 1
        assert told.startswith(said), told


def test_no_package_at_all_is_said(held):
    assert_wrong({"a": b""}, "public-key.txt: thiếu tệp này")
    assert_wrong(packed({}), "public-key.txt: thiếu tệp này")
    assert_wrong({})
    assert_wrong(b"khong phai zip")


def resigned_by_another(held):
    """The same, as another installation would have made it."""
    key = Ed25519PrivateKey.generate()
    size, root = held["checkpoint.txt"].split(b"\n")[1:3]
    checkpoint = make_checkpoint(key.public_key(), size=int(size), root=base64.b64decode(root), at=now())
    content = held | {
        "public-key.txt": public_key_text(key.public_key()).encode() + b"\n",
        "checkpoint.txt": sign(checkpoint, key).encode(),
    }
    content = signed_anew(content)
    statement = sign_statement("goi-bang-chung", [sha256(content["manifest.json"]).hexdigest()], key)
    return content | {"manifest.sig": statement.encode()}


def test_key_that_goes_by_the_name_of_another_is_refused(held):
    """Whoever compares the name of the system alone would be taken in."""
    ours, key = (
        public_key_text(read_key_file(settings.AUDIT_KEY_FILE).public_key()).split("+")[0],
        Ed25519PrivateKey.generate(),
    )
    encoded = public_key_text(key.public_key()).split("+", 2)[2]
    identity = sha256(ours.encode() + b"\n" + base64.b64decode(encoded)).digest()[:4]

    def note(*lines):
        text = "".join(f"{line}\n" for line in lines)
        signature = base64.b64encode(identity + key.sign(text.encode())).decode()
        return f"{text}\n— {ours} {signature}\n".encode()

    content = held | {
        "public-key.txt": f"{ours}+{identity.hex()}+{encoded}\n".encode(),
        "checkpoint.txt": note(*held["checkpoint.txt"].decode().split("\n")[:4]),
    }
    content = signed_anew(content)
    content |= {"manifest.sig": note(f"{ours}/goi-bang-chung", sha256(content["manifest.json"]).hexdigest())}

    assert_wrong(packed(content), "public-key.txt: tên và khóa không khớp nhau")


def test_package_of_another_installation_is_refused_where_the_key_is_known(held):
    content = resigned_by_another(held)
    line = public_key_text(read_key_file(settings.AUDIT_KEY_FILE).public_key())

    # Nothing in it tells that the key is not the one on paper.
    assert verified(packed(content)).code == 0
    for given in (line, "khoa"):
        code, told = verified(packed(content), "--key", given, khoa=line)
        assert (code, "public-key.txt: không phải khóa đã cho" in told) == (1, True)


def test_key_is_given_as_a_fingerprint_a_line_or_a_file(held):
    line = held["public-key.txt"].decode().strip()
    told = verified(packed(held)).told
    fingerprint = told.split("Dấu khóa ")[1].split(":")[0]
    spaced = " ".join(fingerprint[at : at + 4] for at in range(0, 64, 4))

    for given in (fingerprint, spaced, line):
        assert verified(packed(held), "--key", given).code == 0
        assert verified(packed(held), "--key", "giay", giay=f"{given}\n").code == 0
    for wrong in (fingerprint[:16], "0" * 64, "khong-co.txt"):
        assert verified(packed(held), "--key", wrong).code == 1


def kept_checkpoint(held, key, root):
    size = int(held["checkpoint.txt"].split(b"\n")[1])
    return sign(make_checkpoint(key.public_key(), size=size, root=root, at=now()), key)


def test_checkpoint_that_says_otherwise_is_told(held):
    key = read_key_file(settings.AUDIT_KEY_FILE)
    rewritten, strange = (
        kept_checkpoint(held, key, bytes(32)),
        kept_checkpoint(held, Ed25519PrivateKey.generate(), bytes(32)),
    )

    code, told = verified(packed(held), "--checkpoint", "moc", moc=rewritten)
    assert (code, "trái với mốc đã giữ moc" in told) == (1, True)
    code, told = verified(packed(held), "--checkpoint", "moc", moc=strange)
    assert (code, "moc: không có chữ ký của khóa" in told) == (1, True)
    for moc in ("", "không phải mốc", rewritten[: len(rewritten) // 2]):
        assert verified(packed(held), "--checkpoint", "moc", moc=moc).code == 1
    assert verified(packed(held), "--checkpoint", "khong-co").code == 1


def test_kept_checkpoint_that_names_another_installation_is_told(held):
    body, _, ours = held["checkpoint.txt"].decode().partition("\n— ")
    name, _, signature = ours.strip().partition(" ")
    text = "nơi khác\n" + body.partition("\n")[2]
    signed = base64.b64decode(signature)[:4] + read_key_file(settings.AUDIT_KEY_FILE).sign(text.encode())

    code, told = verified(
        packed(held), "--checkpoint", "moc", moc=f"{text}\n— {name} {base64.b64encode(signed).decode()}\n"
    )

    assert (code, "trái với mốc đã giữ moc" in told) == (1, True), told


def test_signatures_of_others_on_a_kept_checkpoint_are_no_matter(held):
    body, _, ours = held["checkpoint.txt"].decode().rpartition("— ")
    name = ours.split(" ")[0]
    others = f"— nhan-chung {base64.b64encode(bytes(80)).decode()}\n— {name} {base64.b64encode(bytes(80)).decode()}\n"

    code, told = verified(packed(held), "--checkpoint", "moc", moc=f"{body}{others}— {ours}")

    assert (code, "Trùng với mốc đã giữ" in told) == (0, True)


def test_kept_checkpoint_with_the_line_breaks_of_another_system_is_read(held):
    moc = "\ufeff\r\n" + held["checkpoint.txt"].decode().replace("\n", "\r\n")

    code, told = verified(packed(held), "--checkpoint", "moc", moc=moc)

    assert (code, "Trùng với mốc đã giữ" in told) == (0, True)


# By whoever holds the key.


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def with_line(held, name, number, change):
    """With one line of a file changed, and nothing else."""
    lines = held[name].splitlines(keepends=True)
    line = json.loads(lines[number])
    change(line)
    lines[number] = canonical(line) + b"\n"
    return held | {name: b"".join(lines)}


def sealed(**values):
    return lambda line: line["sealed"].update(values)


NOT_IN_THE_TREE = "không dẫn đến gốc"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (sealed(**{"row.task_id": 7}), NOT_IN_THE_TREE),
        (sealed(**{"act.reason": "Lý do khác"}), NOT_IN_THE_TREE),
        (sealed(**{"act.agency": "Sở khác"}), NOT_IN_THE_TREE),
        (sealed(history_id=7), NOT_IN_THE_TREE),
        (sealed(broken="missing"), NOT_IN_THE_TREE),
        (lambda line: line["opened"].update({"act.name": "Người khác"}), "act.name không phải giá trị đã niêm phong"),
        (lambda line: line["opened"].update({"row.x": "Người khác"}), "row.x không phải giá trị đã niêm phong"),
        (lambda line: line.update(salt="0" * 32), "không phải giá trị đã niêm phong"),
        (lambda line: line.update(position=10**9), "vị trí 1000000000 sai hoặc trùng"),
        (lambda line: line.update(position=-1), "vị trí -1 sai hoặc trùng"),
        (lambda line: line.update(position="1"), "vị trí '1' sai hoặc trùng"),
        (sealed(table="tasks_historicaltask"), "là dòng của bảng khác"),
        (sealed(number=10**9), "không theo thứ tự bản ghi và số nhật ký"),
        (sealed(record_id=10**9), "bản ghi 1000000000"),
        (lambda line: line.pop("sealed"), REPORTS),
        (lambda line: line.update(withheld=[1, 1], leaf="00"), "bảng này không có gì được giữ lại"),
    ],
    ids=range(16),
)
def test_changed_line_of_the_history_is_found(held, change, said):
    content = with_line(held, REPORTS, 0, change)
    # What it leaves is what it says.
    assert_wrong(packed(signed_anew(content)), said)


def test_changed_line_is_found_where_the_rows_say_the_same(held):
    def change(line):
        line["sealed"]["row.results"] = "Kết quả khác"

    content = with_line(held, REPORTS, -1, change)
    content = with_line(content, REPORT_ROWS, -1, lambda row: row.update(results="Kết quả khác"))

    assert_wrong(packed(signed_anew(content)), NOT_IN_THE_TREE)


def test_two_lines_that_change_places_in_the_tree_are_found(held):
    first, second, *_ = lines_of(held, REPORTS)
    content = with_line(held, REPORTS, 0, lambda line: line.update(position=second["position"]))
    content = with_line(content, REPORTS, 1, lambda line: line.update(position=first["position"]))

    assert_wrong(packed(signed_anew(content)), NOT_IN_THE_TREE)


def test_place_that_is_taken_is_found(held):
    first = lines_of(held, REPORTS)[0]

    content = with_line(held, REPORTS, 1, lambda line: line.update(position=first["position"]))

    assert_wrong(packed(signed_anew(content)), f"{REPORTS} dòng 2: vị trí {first['position']} sai hoặc trùng")


def test_place_after_the_last_one_is_found(held):
    size = told(held)["size"]

    content = with_line(held, REPORTS, 0, lambda line: line.update(position=size))

    assert_wrong(packed(signed_anew(content)), f"{REPORTS} dòng 1: vị trí {size} sai hoặc trùng")


def test_line_that_was_taken_out_is_found(held):
    content = held | {REPORTS: b"".join(held[REPORTS].splitlines(keepends=True)[:-1])}
    rows = held | {REPORTS: b"".join(held[REPORTS].splitlines(keepends=True)[1:])}

    assert_wrong(packed(signed_anew(content)), REPORT_ROWS)
    # Where what is newest is the same.
    assert_wrong(packed(signed_anew(rows)), NOT_IN_THE_TREE)


def test_lines_in_another_order_are_found(held):
    content = held | {REPORTS: b"".join(reversed(held[REPORTS].splitlines(keepends=True)))}

    assert_wrong(packed(signed_anew(content)), "không theo thứ tự")


@pytest.mark.parametrize("spelled", [b'{"position": ', b'{"position":0,"position":'])
def test_line_that_reads_in_two_ways_is_found(held, spelled):
    lines = held[REPORTS].replace(b'"position":', spelled.removeprefix(b"{"), 1)

    assert_wrong(packed(signed_anew(held | {REPORTS: lines})), f"{REPORTS} dòng 1: không viết theo dạng chuẩn")


def test_file_without_its_last_line_break_is_found(held):
    assert_wrong(packed(signed_anew(held | {REPORTS: held[REPORTS][:-1]})), "bị cắt")


@pytest.mark.parametrize(
    "rows",
    [
        lambda rows: rows.replace("Đã nghiệm thu".encode(), "Chưa nghiệm thu".encode()),
        lambda rows: rows + rows,
        lambda rows: b"",
        lambda rows: rows.replace(b"{", b'{"a":1,', 1),
        lambda rows: rows.replace(b":", b": ", 1),
    ],
    ids=["other", "more", "less", "column", "spelling"],
)
def test_row_that_the_history_does_not_tell_is_found(held, rows):
    assert_wrong(packed(signed_anew(held | {REPORT_ROWS: rows(held[REPORT_ROWS])})), REPORT_ROWS)


def proof_with(held, change):
    lines = held["proof.txt"].splitlines(keepends=True)
    change(lines)
    return packed(signed_anew(held | {"proof.txt": b"".join(lines)}))


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: lines.pop(0),
        lambda lines: lines.clear(),
        lambda lines: lines.reverse(),
        lambda lines: lines.insert(0, b"00" * 32 + b"\n"),
        lambda lines: lines.__setitem__(0, b"xyz\n"),
    ],
    ids=["less", "none", "turned", "more", "no hash"],
)
def test_other_proof_is_found(held, change):
    assert_wrong(proof_with(held, change), "proof.txt")


def checkpoint_of(held, *, size=None, root=None):
    said = held["checkpoint.txt"].split(b"\n")
    key = read_key_file(settings.AUDIT_KEY_FILE)
    made = make_checkpoint(
        key.public_key(), size=size or int(said[1]), root=root or base64.b64decode(said[2]), at=now()
    )
    return held | {"checkpoint.txt": sign(made, key).encode()}


def test_checkpoint_of_another_tree_is_found(held):
    assert_wrong(packed(signed_anew(checkpoint_of(held, root=bytes(32)))), NOT_IN_THE_TREE)
    assert_wrong(packed(signed_anew(checkpoint_of(held, size=10**6))), "checkpoint.txt: không phải mốc của gói này")
    assert_wrong(packed(signed_anew(checkpoint_of(held, size=10**6), size=10**6)), "")


def test_statement_is_no_checkpoint_and_a_checkpoint_no_statement(held):
    signed = signed_anew(held)

    assert_wrong(packed(signed | {"manifest.sig": held["checkpoint.txt"]}), "không phải bản đã ký")
    assert_wrong(packed(signed_anew(held | {"checkpoint.txt": held["manifest.sig"]})), "không phải mốc của gói này")


def told(held):
    return json.loads(held["manifest.json"])


def test_shape_that_hides_or_shows_a_column_is_found(held):
    shapes = told(held)["shapes"]
    for shape in shapes.values():
        if shape["table"] == "tasks_historicalprogressupdate":
            shape["personal"] = ["results"]

    assert_wrong(packed(signed_anew(held, shapes=shapes)), "dạng bản ghi sai")
    assert_wrong(packed(signed_anew(held, shapes={})), "history/")


@pytest.mark.parametrize(
    "period",
    [
        {"begins": None, "ends": "2024-05-06T00:00:00.000000Z"},
        {"begins": None, "ends": "2000-01-01T00:00:00.000000Z"},
    ],
)
def test_row_outside_the_period_is_found(held, period):
    assert_wrong(packed(signed_anew(held, period={"text": "", **period})), "sau khoảng thời gian của gói")


def test_row_of_the_moment_at_which_the_period_ends_is_outside(held):
    first = min(name for name in held if name.startswith("history/"))
    at = lines_of(held, first)[0]["sealed"]["at"]

    content = signed_anew(held, period={"text": "", "begins": None, "ends": at})

    assert_wrong(packed(content), f"{first} dòng 1: sau khoảng thời gian của gói")


def test_numbers_that_are_not_so_are_found(held):
    counts = told(held)["counts"]

    for name in ("rows", "records"):
        assert_wrong(packed(signed_anew(held, counts=counts | {name: counts[name] + 1})), "counts sai")


def test_table_that_is_told_of_without_its_files_is_found_and_files_without_their_table(held):
    tables = told(held)["tables"]
    less = {name: words for name, words in tables.items() if name != "tasks_progressupdate"}

    assert_wrong(packed(signed_anew(held, tables=less)), "tables sai")
    assert_wrong(packed(signed_anew(held, tables=tables | {"tasks_secret": tables["tasks_task"]})), "tables sai")


def test_other_paper_than_the_one_in_the_history_is_found(held):
    name = paper(held)

    assert_wrong(packed(signed_anew(held | {name: b"%PDF-1.7 khac"})), "không phải tệp đã niêm phong")


def test_paper_that_is_said_to_be_missing_and_is_there_is_found(held):
    papers = told(held)["papers"]
    papers[0]["fault"] = "không còn"

    assert_wrong(packed(signed_anew(held, papers=papers)), "papers/")


def test_paper_that_the_history_does_not_name_is_found(held):
    more = {"file": "papers/them.pdf", "sha256": "0" * 64, "names": [], "named_by": [], "fault": "không còn"}

    assert_wrong(packed(signed_anew(held, papers=[*told(held)["papers"], more])), "papers/")
    assert_wrong(packed(signed_anew(held, papers=[])), "papers/")


# What nothing but one check finds: all else is made to fit.


def test_row_whose_content_is_kept_back_is_found(held):
    line = held[REPORTS].splitlines()[-2]
    entry = json.loads(line)["sealed"]
    withheld = {
        "leaf": hash_leaf(canonical(entry)).hex(),
        "position": json.loads(line)["position"],
        "withheld": [entry["record_id"], entry["number"]],
    }
    content = held | {REPORTS: held[REPORTS].replace(line, canonical(withheld))}

    assert_wrong(packed(signed_anew(content)), "bảng này không có gì được giữ lại")


def test_tables_that_change_places_are_found(held):
    tasks, plans = ("tasks_task", "tasks_plannedtask")
    content = dict(held)
    for kind in ("history", "rows"):
        content[f"{kind}/{tasks}.jsonl"] = held[f"{kind}/{plans}.jsonl"]
        content[f"{kind}/{plans}.jsonl"] = held[f"{kind}/{tasks}.jsonl"]

    assert_wrong(packed(signed_anew(content)), "là dòng của bảng khác")


def test_column_that_is_hidden_in_the_rows_too_is_found(held):
    shapes = told(held)["shapes"]
    for shape in shapes.values():
        if shape["table"] == "tasks_historicalprogressupdate":
            shape["personal"] = ["results"]
    content = with_line(held, REPORT_ROWS, 0, lambda row: row.pop("results"))

    assert_wrong(packed(signed_anew(content, shapes=shapes)), "dạng bản ghi sai")


def test_older_row_that_is_put_last_and_told_in_the_rows_is_found(held):
    *first, older, newest = held[REPORTS].splitlines(keepends=True)
    results = json.loads(older)["sealed"]["row.results"]
    content = with_line(held, REPORT_ROWS, 0, lambda row: row.update(results=results))
    content |= {REPORTS: b"".join([*first, newest, older])}

    assert_wrong(packed(signed_anew(content)), "không theo thứ tự bản ghi và số nhật ký")


def test_history_of_a_table_that_is_nowhere_told_is_found(held):
    assert_wrong(packed(signed_anew(held | {"history/tasks_secret.jsonl": b"{}\n"})), "tables sai")


def test_file_that_swells_is_refused_also_where_it_is_signed(held):
    assert_wrong(packed(signed_anew(held | {"them.txt": bytes(1 << 24)})), "them.txt: nén quá mức")


def test_signature_that_is_not_reduced_or_no_point_is_refused(held):
    key, _, rest = held["checkpoint.txt"].decode().rpartition(" ")
    signature = base64.b64decode(rest)
    order = 2**252 + 27742317777372353535851937790883648493
    larger = int.from_bytes(signature[36:], "little") + order
    others = [
        signature[:36] + larger.to_bytes(32, "little"),
        signature[:4] + b"\xff" * 32 + signature[36:],
        signature[:4] + bytes([signature[4] ^ 1]) + signature[5:],
        signature[:-1],
        signature + b"\0",
        signature[:4],
    ]
    for other in others:
        text = f"{key} {base64.b64encode(other).decode()}\n".encode()
        assert_wrong(packed(signed_anew(held | {"checkpoint.txt": text})))
