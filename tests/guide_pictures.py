"""Takes the pictures of the user's guide anew: make guide-pictures.

The demonstration, with one record of every kind, is loaded into a folder of its own and served; each person signs in as
people do. What a picture shows is named by its page in the map of the site.
"""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.throwaway_key import throwaway_key

HINH = Path("docs/huong-dan/hinh")
PASSWORD = "demo-2026"
WIDTH = 1200
# A page of the guide is loaded over slow lines too.
MOST_BYTES = 120_000


@dataclass(frozen=True)
class Picture:
    """What one sees at the top of a page, or of where its first link of these words leads, as high as is said.

    What is folded may be opened first, and a button pressed once the picture is taken, for those that come after.
    """

    name: str
    page: str
    height: int
    link: str = ""
    unfolds: bool = False
    then: str = ""

    @property
    def account(self) -> str:
        """Who sees it: its name begins so."""
        return next(account for account in ACCOUNTS if self.name.startswith(account))


ACCOUNTS = ["chuyen-vien", "dau-moi", "van-phong", "lanh-dao", "kiem-toan", "quan-tri"]
PICTURES = [
    Picture("chuyen-vien-viec-cua-toi", "admin:index", 620),
    Picture("chuyen-vien-bao-cao", "admin:index", 655, "Báo cáo"),
    Picture("chuyen-vien-kiem-tra", "admin:tasks_progressupdate_check", 640),
    Picture("chuyen-vien-viec-duoc-giao", "assignment_detail", 768),
    Picture("dau-moi-viec-cua-toi", "admin:index", 560),
    Picture("dau-moi-xem-xet", "admin:tasks_progressupdate_review", 700, then="Tiếp nhận"),
    Picture("dau-moi-ky-bao-cao", "cycle_detail", 600),
    Picture("dau-moi-don-doc", "urging_send", 620),
    Picture("dau-moi-du-thao", "revision_detail", 700),
    Picture("van-phong-viec-cua-toi", "admin:index", 560),
    Picture("van-phong-cuoc-hop", "meeting_detail", 700),
    Picture("van-phong-xac-nhan", "answer_confirm", 740),
    Picture("lanh-dao-cac-de-an", "home", 440),
    Picture("lanh-dao-de-an", "programme_detail", 640),
    Picture("lanh-dao-chi-dao", "directive_board", 768),
    Picture("lanh-dao-giai-trinh", "task_explanation_ask", 620),
    Picture("kiem-toan-lich-su", "admin:tasks_progressupdate_history", 400, unfolds=True),
    Picture("kiem-toan-doi-chieu", "stated_figures", 620),
    Picture("kiem-toan-kien-nghi", "finding_list", 560),
    Picture("quan-tri-viec-cua-toi", "admin:index", 640),
    Picture("quan-tri-nguoi-dung", "admin:programme_user_changelist", 640),
    Picture("quan-tri-chuyen-giao", "agency_transfer", 660),
]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
            "MEDIA_ROOT": f"{folder}/files",
            "SECRET_KEY": secrets.token_hex(32),
            "AUDIT_KEY_FILE": throwaway_key(),
            "DEBUG": "0",
            "HTTPS": "0",
        }
        # Without the training province: the pictures are of pages that each role of the real one opens.
        for command in (["migrate", "--verbosity=0"], ["load_programmes"], ["make_demo_accounts"]):
            run("manage.py", *command)
        paths = paths_of_pages(run("-m", "tests.site_map", "--fill", "--names"))
        port = free_port()
        server = [sys.executable, "-m", "gunicorn", "smartcity.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "4"]
        with subprocess.Popen([*server, "--no-control-socket", "--log-level", "warning"]) as process:  # noqa: S603
            try:
                take_all(f"http://127.0.0.1:{port}", paths)
            finally:
                process.terminate()


def run(*arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True)  # noqa: S603
    return done.stdout


def paths_of_pages(listed: str) -> dict[tuple[str, str], str]:
    """The first address of each page for each account, and for whoever else opens it the first of anybody's."""
    found: dict[tuple[str, str], str] = {}
    for line in listed.splitlines():
        account, path, name = line.split()
        found.setdefault((account, name), path)
        found.setdefault(("", name), path)
    return found


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def take_all(address: str, paths: dict[tuple[str, str], str]) -> None:
    wait_for(f"{address}/dang-nhap/")
    HINH.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium-headless-shell") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for account in ACCOUNTS:
            page = signed_in(browser, address, account)
            for picture in PICTURES:
                if picture.account == account:
                    path = paths.get((account, picture.page)) or paths["", picture.page]
                    take(page, address + path, picture)
    for path in HINH.glob("*.png"):
        if path.stem not in {picture.name for picture in PICTURES}:
            path.unlink()


def wait_for(address: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(address).close()  # noqa: S310
        except OSError:
            time.sleep(0.2)
        else:
            return
    sys.exit(f"{address} does not answer.")


def signed_in(browser: Browser, address: str, account: str) -> Page:
    size = {"width": WIDTH, "height": 768}
    page = browser.new_context(viewport=size, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh").new_page()
    page.goto(f"{address}/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill(account)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(lambda url: "dang-nhap" not in url)
    return page


def take(page: Page, address: str, picture: Picture) -> None:
    page.set_viewport_size({"width": WIDTH, "height": picture.height})
    page.goto(address)
    if picture.link:
        page.locator("main").get_by_role("link", name=picture.link).first.click()
    page.wait_for_load_state("networkidle")
    if picture.unfolds:
        page.locator("main details").evaluate_all("all => all.forEach(one => { one.open = true })")
    path = HINH / f"{picture.name}.png"
    page.screenshot(path=path, animations="disabled")
    if picture.then:
        page.get_by_role("button", name=picture.then, exact=True).click()
    if path.stat().st_size > MOST_BYTES:
        sys.exit(f"{path}: {path.stat().st_size} bytes, at most {MOST_BYTES}")


if __name__ == "__main__":
    main()
