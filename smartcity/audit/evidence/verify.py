"""Kiểm tra một gói bằng chứng: những gì trong gói có đúng như đã được niêm phong và ký hay không.

    python3 -I verify.py [GÓI] [--key KHÓA] [--checkpoint TỆP]

GÓI là tệp .zip hay thư mục đã giải nén; bỏ trống được khi ở đây chỉ có một gói. Chỉ cần Python 3.8 trở lên, không cần
mạng hay thư viện khác. Mã kết thúc 0: mọi thứ đúng; khác 0: có chỗ sai, nêu chỗ đầu tiên. Xem thêm DOC-TRUOC.txt.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
import zipfile
from bisect import bisect_left
from itertools import chain
from pathlib import Path

NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)?")
OTHER_SIZE = "KHÔNG đối chiếu được với mốc đã giữ, vì mốc ấy có {0} dòng: hãy xin gói lập theo mốc {0} dòng."
FILES = ("rows/programme_storedfile.jsonl", "rows/smartcity_importedfile.jsonl")


def require(is_right, what):
    if not is_right:
        raise AssertionError(what)


class Package:  # Tệp .zip hoặc thư mục; tên tệp phải bình thường, và chỉ có một lần.
    def __init__(self, path):
        self.path, self.sizes, Package.reading = path, {}, "gói"
        self.zip = None if path.is_dir() else zipfile.ZipFile(path)
        inside = self.zip.infolist() if self.zip else []
        found = [(it.orig_filename, it.file_size, it.compress_size) for it in inside]
        for file in () if self.zip else path.rglob("*"):
            name, holds = file.relative_to(path).as_posix(), file.is_dir() and any(file.iterdir())
            is_usual = (holds or file.is_file()) and not file.is_symlink()
            require(is_usual, f"{name!r}: là liên kết, thư mục rỗng, hoặc không phải tệp thường")
            found += [] if holds else [(name, file.stat().st_size, file.stat().st_size)]
        for name, size, packed in found:
            require(NAME.fullmatch(name), f"tên tệp không được phép: {name!r}")
            require(name not in self.sizes, f"{name}: có hai lần trong gói")
            require(size <= max(1 << 20, 200 * packed), f"{name}: nén quá mức")
            self.sizes[name] = size
        used = 98 if self.zip and (self.zip.start_dir >> 31 or len(inside) >> 16) else 22
        for it in inside:  # Kích thước .zip do chúng quyết định: thêm gì ở đầu, ở giữa, ở cuối thì không còn khớp.
            used += 76 + 2 * len(it.orig_filename) + it.compress_size + len(it.extra[:28]) + (it.flag_bits & 8 and 44)
        require(not self.zip or used == path.stat().st_size, ".zip: có byte không thuộc tệp nào bên trong")

    def open(self, name):
        Package.reading = name
        require(name in self.sizes, f"{name}: thiếu tệp này")
        return self.zip.open(name) if self.zip else (self.path / name).open("rb")

    def read(self, name):
        with self.open(name) as file:
            return file.read()

    def lines(self, name):
        with self.open(name) as file:
            for number, line in enumerate(iter(lambda: file.readline(1 << 24), b""), 1):
                require(line.endswith(b"\n"), f"{name} dòng {number}: bị cắt")
                yield f"{name} dòng {number}", line[:-1]

    def check_files(self, key):  # Danh sách tệp có ký; từng tệp đúng mã băm; không thiếu, không thừa tệp nào.
        text = self.read("manifest.json")
        signed = key.read("manifest.sig", self.read("manifest.sig"))
        about = [key.name + "/goi-bang-chung", hashlib.sha256(text).hexdigest()]
        require(signed == about, "manifest.json: không phải bản đã ký trong manifest.sig")
        listed = {file["name"]: file for file in json.loads(text)["files"]}
        for name in sorted(listed.keys() | self.sizes.keys()):
            require(name in listed or name in ("manifest.json", "manifest.sig"), f"{name}: tệp thêm vào, không có tên")
            digest = hashlib.sha256()
            with self.open(name) as file:
                for some in iter(lambda: file.read(1 << 20), b""):
                    digest.update(some)
                rest = getattr(file, "_compress_left", 0) or getattr(file, "_decompressor", None)
            require(not getattr(rest, "unused_data", rest), f"{name}: có byte thừa trong phần nén")
            found = {"name": name, "sha256": digest.hexdigest(), "size": self.sizes[name]}
            require(found == listed.get(name, found), f"{name}: nội dung không khớp manifest.json")
        return json.loads(text), listed


def is_signed(key, text, signature):  # Ed25519 (RFC 8032): điểm (x, y) trên đường cong -x² + y² = 1 + dx²y², mô-đun p.
    p, order = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
    d = -121665 * pow(121666, -1, p) % p

    def point(encoded):
        y, is_odd = int.from_bytes(encoded, "little") & (1 << 255) - 1, encoded[31] >> 7
        square = (y * y - 1) * pow(d * y * y + 1, -1, p) % p
        x = pow(square, (p + 3) // 8, p)
        x = x if x * x % p == square else x * pow(2, (p - 1) // 4, p) % p
        require(y < p and x * x % p == square and (x or not is_odd), "khóa hoặc chữ ký: không ở trên đường cong")
        return (x if x & 1 == is_odd else p - x, y)

    def plus(one, other):
        (x, y), (u, v) = one, other
        t = d * x * y * u * v % p
        return (x * v + y * u) * pow(1 + t, -1, p) % p, (y * v + x * u) * pow(1 - t, -1, p) % p

    def times(number, of):
        half = times(number >> 1, plus(of, of)) if number else (0, 1)
        return plus(half, of) if number & 1 else half

    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    base = point((4 * pow(5, -1, p) % p).to_bytes(32, "little"))
    k = int.from_bytes(hashlib.sha512(r + key + text).digest(), "little") % order
    return len(signature) == 64 and s < order and times(s, base) == plus(point(r), times(k, point(key)))


class Key:  # Một dòng: tên hệ thống, mã khóa, khóa (c2sp.org/signed-note).
    def __init__(self, line):
        self.line = line.strip()
        self.name, _, encoded = self.line.split("+", 2)
        self.bytes = base64.b64decode(encoded, validate=True)[1:]
        self.fingerprint = hashlib.sha256(self.bytes).hexdigest()
        self.id = hashlib.sha256(self.name.encode() + b"\n\x01" + self.bytes).digest()[:4]
        require(self.name.endswith("/" + self.fingerprint[:16]), "public-key.txt: tên và khóa không khớp nhau")

    def read(self, name, content):  # Các dòng của văn bản, nếu khóa này đã ký chúng.
        body, _, signatures = content.decode("utf-8-sig").replace("\r\n", "\n").strip(" \n").rpartition("\n\n")
        for line in signatures.split("\n"):
            signature = base64.b64decode(line.rpartition(" ")[2])
            if line.startswith(f"— {self.name} ") and signature[:4] == self.id:
                require(is_signed(self.bytes, (body + "\n").encode(), signature[4:]), f"{name}: chữ ký không đúng")
                return body.split("\n")
        raise AssertionError(f"{name}: không có chữ ký của khóa trong public-key.txt")


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def root_of(leaves, size, proof):  # Cây của RFC 9162, 2.1; nhánh nào gói không có lá thì lần lượt lấy ở proof.
    places, rest = sorted(leaves), iter(proof)

    def node(first, count, low, high):
        if low == high or count == 1:
            return leaves[first] if low < high else None
        half = 1 << (count - 1).bit_length() - 1
        middle = bisect_left(places, first + half, low, high)
        both = [node(first, half, low, middle), node(first + half, count - half, middle, high)]
        left, right = (next(rest, b"") if one is None else one for one in both)
        return hashlib.sha256(b"\x01" + left + right).digest()

    return node(0, size, 0, len(places))


def read_entry(where, line, table, manifest):
    """Một dòng lịch sử: lá, vị trí, (mã bản ghi, số nhật ký), bản ghi sau dòng ấy hoặc None nếu không còn."""
    entry, row = json.loads(line), None
    require(canonical(entry) == line, f"{where}: không viết theo dạng chuẩn")
    if "withheld" in entry:
        require(table in ("programme_user", "meetings_feedaddress"), f"{where}: bảng này không có gì được giữ lại")
        return bytes.fromhex(entry["leaf"]), entry["position"], tuple(entry["withheld"]), None
    sealed, opened = entry["sealed"], entry.get("opened", {})
    for name, value in opened.items():
        made = hashlib.sha256(canonical({"name": name, "salt": entry["salt"], "value": value})).hexdigest()
        require(sealed.get(name) == made, f"{where}: {name} không phải giá trị đã niêm phong")
    require(sealed.get("table") in (None, manifest["tables"][table]["history"]), f"{where}: là dòng của bảng khác")
    began = min((sealed[name] for name in ("at", "act.at") if sealed.get(name)), default="")
    require(began < (manifest["period"]["ends"] or "~"), f"{where}: sau khoảng thời gian của gói")
    if "broken" not in sealed and sealed["kind"] != "-":
        shape = manifest["shapes"][sealed["shape_id"]]
        said = json.dumps([shape["table"], sorted(shape["columns"].items()), shape["personal"]])
        require(hashlib.sha256(said.encode()).hexdigest()[:32] == sealed["shape_id"], f"{where}: dạng bản ghi sai")
        hidden, told = {"row." + name for name in shape["personal"]} - opened.keys(), {**sealed, **opened}
        row = {n[4:]: v for n, v in told.items() if n[:4] == "row." and n[4:12] != "history_" and n not in hidden}
    leaf = hashlib.sha256(b"\x00" + canonical(sealed)).digest()
    return leaf, entry["position"], (sealed.get("record_id"), sealed.get("number")), row


def check_table(package, table, manifest, leaves):  # rows/ phải là dòng mới nhất của từng bản ghi; trả về số bản ghi.
    name, last, newest, kept = f"rows/{table}.jsonl", (None, None), None, 0
    rows, end = package.lines(name), (name, b"")
    for where, line in chain(package.lines(f"history/{table}.jsonl"), [end]):
        leaf, place, key, row = read_entry(where, line, table, manifest) if line else (b"", None, (None, None), None)
        if newest is not None and key[0] != last[0]:
            at, said = next(rows, end)
            require(said == canonical(newest), f"{at}: khác dòng lịch sử mới nhất của bản ghi {last[0]}")
            kept += 1
        if line:
            is_free = isinstance(place, int) and 0 <= place < manifest["size"] and place not in leaves
            require(is_free, f"{where}: vị trí {place!r} sai hoặc trùng")
            require(None in key + last or key > last, f"{where}: không theo thứ tự bản ghi và số nhật ký")
            leaves[place] = leaf
        last, newest = key, row
    require(next(rows, None) is None, f"{name}: thừa dòng")
    return kept


def check(package, given):
    key = Key(package.read("public-key.txt").decode())
    Package.reading = "--key"
    said = Path(given.key).read_text() if Path(given.key).is_file() else given.key
    require("".join(said.split()) in ("", key.line, key.fingerprint), "public-key.txt: không phải khóa đã cho")
    manifest, listed = package.check_files(key)
    size, counts, papers = manifest["size"], manifest["counts"], manifest["papers"]
    sealed = key.read("checkpoint.txt", package.read("checkpoint.txt"))
    require(sealed[:2] == [key.name, str(size)], "checkpoint.txt: không phải mốc của gói này")
    leaves, named = {}, {f"{kind}/{table}.jsonl" for table in manifest["tables"] for kind in ("history", "rows")}
    require(named == {name for name in listed if re.match("(history|rows)/", name)}, "manifest.json: tables sai")
    records = sum(check_table(package, table, manifest, leaves) for table in sorted(manifest["tables"]))
    root = root_of(leaves, size, [bytes.fromhex(line.decode()) for _, line in package.lines("proof.txt")])
    require(root in (None, base64.b64decode(sealed[2])), "history/, proof.txt: không dẫn đến gốc ở checkpoint.txt")
    require((counts["rows"], counts["records"]) == (len(leaves), records), "manifest.json: counts sai")
    held = {json.loads(line)["sha256"] for name in FILES if name in listed for _, line in package.lines(name)}
    there = {paper["file"]: paper["sha256"] for paper in papers if not paper["fault"]}
    found = {name: file["sha256"] for name, file in listed.items() if name.startswith("papers/")}
    is_whole = there == found and held == {paper["sha256"] for paper in papers}
    require(is_whole, "papers/: thiếu, thừa, hoặc không phải tệp đã niêm phong")
    yield f"Phạm vi: {manifest['scope']}. Thời gian: {manifest['period']['text']}."
    yield f"Đã kiểm tra {len(leaves)} dòng lịch sử, {records} bản ghi, {len(found)} tệp kèm theo, {len(listed)} tệp."
    yield f"Các dòng ấy nằm trong {size} dòng đã niêm phong, mã gốc {sealed[2]}."
    yield f"Chỉ có mã băm: {counts['withheld']} dòng. Đã hỏng khi niêm phong: {counts['broken']} dòng."
    yield from (f"Không kèm được {paper['file']}: {paper['fault']}." for paper in papers if paper["fault"])
    if given.checkpoint:
        Package.reading = given.checkpoint
        origin, held_size, held_root = key.read(given.checkpoint, Path(given.checkpoint).read_bytes())[:3]
        is_same = origin == key.name and (held_size != str(size) or held_root == sealed[2])
        require(is_same, f"checkpoint.txt: trái với mốc đã giữ {given.checkpoint}")
        yield "Trùng với mốc đã giữ." if held_size == str(size) else OTHER_SIZE.format(held_size)
    yield f"Hệ thống {key.name}. Dấu khóa {key.fingerprint}" + ("." if given.key else ": hãy so với bản giấy đã giữ.")
    yield "ĐÚNG: không có gì trong gói bị sửa."


def main():
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("package", nargs="?", type=Path, metavar="GÓI")
    parser.add_argument("--key", metavar="KHÓA", default="", help="dấu khóa, dòng khóa, hoặc tệp ghi một trong hai")
    parser.add_argument("--checkpoint", metavar="TỆP", help="mốc niêm phong đã giữ ở nơi khác")
    given = parser.parse_args()
    here = [*Path().glob("*.[zZ][iI][pP]"), *[Path()] * any(Path(name).exists() for name in ("manifest.json", "rows"))]
    if not given.package and len(here) != 1:
        sys.exit(f"CHƯA KIỂM TRA: ở đây có {len(here)} gói ({', '.join(map(str, here))}). Ghi tên gói sau verify.py.")
    path = given.package or here[0]
    try:
        said = "\n".join(check(Package(path), given))
    except Exception as error:
        is_told = isinstance(error, AssertionError)
        said = f"SAI: {error if is_told else f'{Package.reading}: hỏng hoặc không đúng dạng ({error!r})'}."
    sys.stdout.write(f"{said}\nGói đã kiểm tra: {str(path.absolute())!r}.\n")
    return int(said.startswith("SAI"))


if __name__ == "__main__":
    sys.exit(main())
