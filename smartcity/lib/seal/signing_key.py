"""The key that signs checkpoints: a file of its own, outside the database, that only the site's own user opens.

python -m smartcity.lib.seal.signing_key FILE makes one, before there are settings that could name it.
"""

import argparse
import base64
import os
import stat
import sys
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

COMMAND = "python -m smartcity.lib.seal.signing_key"
PRODUCT = "smartcity-tracker"
# The byte of Ed25519 among the kinds of signatures in signed notes (c2sp.org/signed-note).
ED25519 = b"\x01"
LARGEST_KEY_FILE = 10_000


class KeyProblem(Exception):
    """The key cannot be made, or read; each kind says in Vietnamese what is wrong and what to do."""


class KeyFileExists(KeyProblem):
    def __init__(self, path):
        super().__init__(f"Đã có tệp «{path}» nên không ghi đè: mất khóa cũ thì không ký nối tiếp được. Chọn tên khác.")


class KeyFileNotMade(KeyProblem):
    def __init__(self, path):
        super().__init__(f"Không tạo được tệp «{path}». Kiểm tra thư mục: phải có sẵn, và ghi được.")


class KeyFileMissing(KeyProblem):
    def __init__(self, path):
        super().__init__(
            f"Không có tệp khóa niêm phong «{path}». Chép lại từ bản lưu; chỉ khi mới cài đặt lần đầu mới tạo khóa, "
            f"bằng lệnh: {COMMAND} TỆP."
        )


class KeyFileUnreadable(KeyProblem):
    def __init__(self, path):
        super().__init__(
            f"Không mở được tệp khóa niêm phong «{path}». Tệp phải thuộc về người dùng chạy hệ thống, với quyền 600."
        )


class KeyFileOfAnother(KeyProblem):
    def __init__(self, path, owner):
        super().__init__(
            f"Tệp khóa niêm phong «{path}» thuộc về người dùng số {owner} của máy, không phải người đang chạy "
            f"(số {os.geteuid()}). Chạy bằng đúng người dùng ấy, hoặc đổi chủ tệp bằng chown."
        )


class KeyFileOpenToOthers(KeyProblem):
    def __init__(self, path, mode):
        super().__init__(
            f"Tệp khóa niêm phong «{path}» có quyền {mode:o}: người dùng khác của máy mở được. Chạy chmod 600 cho tệp; "
            "nếu có thể đã bị chép thì thay khóa."
        )


class NotAPrivateKey(KeyProblem):
    def __init__(self, path):
        super().__init__(
            f"Tệp «{path}» không phải là khóa riêng Ed25519 dạng PEM không mật khẩu, hoặc đã hỏng. Chép lại từ bản lưu."
        )


class NotAPublicKey(KeyProblem):
    def __init__(self):
        super().__init__("Đây không phải là khóa công khai của một cài đặt. Chép lại trọn dòng, từ đầu đến hết.")


def make_key_file(path: str | Path) -> Ed25519PrivateKey:
    """Make a new key in a new file; one that is there is never written over."""
    key = Ed25519PrivateKey.generate()
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        _write_new_file(path, text)
    except FileExistsError:
        raise KeyFileExists(path) from None
    except OSError as error:
        raise KeyFileNotMade(path) from error
    return key


def _write_new_file(path: str | Path, text: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            # Whatever the umask took away.
            os.fchmod(file.fileno(), 0o600)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        os.unlink(path)
        raise


def read_key_file(path: str | Path) -> Ed25519PrivateKey:
    try:
        return _private_key(_read_own_file(path))
    except (FileNotFoundError, NotADirectoryError):
        raise KeyFileMissing(path) from None
    except OSError as error:
        raise KeyFileUnreadable(path) from error
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # Whoever reads the reason is not told what stands in the file.
        raise NotAPrivateKey(path) from None


def _read_own_file(path: str | Path) -> bytes:
    # A pipe would be waited for without end.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise NotAPrivateKey(path)
        # Root too: the other user could put another key in its place.
        if found.st_uid != os.geteuid():
            raise KeyFileOfAnother(path, found.st_uid)
        if found.st_mode & 0o077:
            raise KeyFileOpenToOthers(path, stat.S_IMODE(found.st_mode))
        return os.read(handle, LARGEST_KEY_FILE)
    finally:
        os.close(handle)


def _private_key(text: bytes) -> Ed25519PrivateKey:
    key = load_pem_private_key(text, password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError("another kind of key")
    return key


def origin_of(public_key: Ed25519PublicKey) -> str:
    """What an installation calls itself: each key is another one."""
    return f"{PRODUCT}/{sha256(public_key.public_bytes_raw()).hexdigest()[:16]}"


def key_id(name: str, public_key: Ed25519PublicKey) -> bytes:
    """The four bytes by which a signature says whose it is (c2sp.org/signed-note)."""
    return sha256(name.encode() + b"\n" + ED25519 + public_key.public_bytes_raw()).digest()[:4]


def public_key_text(public_key: Ed25519PublicKey) -> str:
    """The key on one line, as programs that verify signed notes take it: name, id and key."""
    name = origin_of(public_key)
    key = base64.b64encode(ED25519 + public_key.public_bytes_raw()).decode()
    return f"{name}+{key_id(name, public_key).hex()}+{key}"


def read_public_key(text: str) -> Ed25519PublicKey:
    try:
        key = base64.b64decode(text.strip().split("+", 2)[2], validate=True)
        public_key = Ed25519PublicKey.from_public_bytes(key[1:])
    except (ValueError, IndexError):
        raise NotAPublicKey from None
    if public_key_text(public_key) != text.strip():
        raise NotAPublicKey
    return public_key


def main() -> None:
    parser = argparse.ArgumentParser(prog=COMMAND, description="Tạo khóa niêm phong lịch sử.")
    parser.add_argument("file", metavar="TỆP", help="tệp mới, để ngoài cơ sở dữ liệu")
    path = parser.parse_args().file
    try:
        key = make_key_file(path)
    except KeyProblem as problem:
        sys.exit(str(problem))
    sys.stdout.write(
        f"Đã tạo khóa tại «{path}»: lưu một bản ở nơi khác, tách khỏi bản lưu của cơ sở dữ liệu.\n"
        f"Khóa công khai, để giao cho cơ quan kiểm tra:\n{public_key_text(key.public_key())}\n"
    )


if __name__ == "__main__":
    main()
