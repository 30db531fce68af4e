# "make" alone prints the lines that begin with two hashes.

PORT ?= 8000

# Where the machine has no uv, the rule for this file fetches one.
UV := $(or $(shell uv --version >/dev/null 2>&1 && command -v uv),var/tools/bin/uv)
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard smartcity/locale/vi/LC_MESSAGES/*.po))
SYNC := --dev

# Every target runs production's settings, without https; only the demonstration keeps its key, and with it its sessions.
# With what it runs, manage.py runs too where nothing is set: it is written to var/demo.env. The key that seals the
# history is one file for all targets, made where there is none.
export DEBUG := 0
export HTTPS := 0
export SECRET_KEY := $(shell od -An -tx1 -N32 /dev/urandom | tr -d ' \n')
export AUDIT_KEY_FILE := $(CURDIR)/var/audit-key.pem
export UV_PROJECT_ENVIRONMENT := .venv
# Some machines forbid it: then each start compiles everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup demo demo-reset test test-sqlite test-postgresql check lint lint-code lint-project bench guide-pictures environment static port chromium postgresql
.DELETE_ON_ERROR:

help:
	@sed -n 's/^## /make /p' Makefile

## setup        chuẩn bị thư mục này để chạy từng phép thử (các lệnh khác tự chuẩn bị lấy)
setup: environment $(CATALOGUES) static

## demo         chạy thử tại http://127.0.0.1:8000 với số liệu thật (cổng khác: make demo PORT=8001)
demo: SYNC = --no-dev
demo: port $(CATALOGUES) static var/secret-key
	@set -e; export SECRET_KEY="$$(cat var/secret-key)"; \
	(umask 077; env | grep -E '^(SECRET_KEY|AUDIT_KEY_FILE|DEBUG|HTTPS|DATABASE_URL|MEDIA_ROOT)=' >var/demo.env); \
	echo 'Đang nạp số liệu…'; \
	.venv/bin/python manage.py prepare_demo; \
	echo 'Mở http://127.0.0.1:$(PORT) — dừng bằng Ctrl-C.'; \
	.venv/bin/python manage.py audit seal --every 60 >/dev/null & sealer=$$!; \
	trap 'kill $$sealer 2>/dev/null || true' EXIT; trap 'exit 130' INT; trap 'exit 143' TERM; \
	.venv/bin/gunicorn smartcity.wsgi --bind 127.0.0.1:$(PORT) --workers 2 --worker-class gthread --threads 2 --preload \
	  --no-control-socket --log-level warning

## demo-reset   xóa số liệu chạy thử rồi chạy lại từ đầu
demo-reset: SYNC = --no-dev
demo-reset: port
	@test -z "$$DATABASE_URL" || { echo 'Đang đặt DATABASE_URL: lệnh này chỉ xóa tệp SQLite và tệp đã tải lên trong var/.' >&2; exit 1; }
	@rm -rf var/db.sqlite3* var/files var/audit-key.pem
	@$(MAKE) --no-print-directory demo

# Everything on PostgreSQL, where real threads answer Chromium; on SQLite what may come out differently there. Both at
# once: while the one waits for the browser or for a lock, the other goes on.
## test         chạy mọi phép thử trên PostgreSQL (cùng với trình duyệt), và trên SQLite những gì có thể khác
test: environment $(CATALOGUES) static chromium postgresql
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=line test-sqlite test-postgresql

# A file to a worker: what its tests load is loaded once. Files in the order of conftest.py, the longest first.
test-sqlite: export DATABASE_URL =
test-sqlite:
	.venv/bin/python -m pytest --dist loadfile --no-loadscope-reorder -n 1 -m both_databases

test-postgresql: export DATABASE_URL =
test-postgresql:
	.venv/bin/python tests/throwaway_postgres.py .venv/bin/python -m pytest --dist loadfile --no-loadscope-reorder -n auto

## check        chạy phép thử của những gì vừa sửa, hoặc của T: make check T=tasks/pages/ledger
check: export DATABASE_URL =
check: setup
	.venv/bin/ruff check .
	.venv/bin/python -m tests.touched $(T) | xargs --no-run-if-empty .venv/bin/python -m pytest -q

# What takes examples at random takes all of them; make test takes a few.
## test-long    chạy các phép thử ngẫu nhiên với đủ số ví dụ
test-long: export DATABASE_URL =
test-long: export EXAMPLES ?= all
test-long: environment $(CATALOGUES) static chromium postgresql
	.venv/bin/python tests/throwaway_postgres.py .venv/bin/python -m pytest -n auto -m long

## lint         kiểm tra mã nguồn, kiểu, tầng, mẫu trang, migration và cấu hình
lint: environment
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=line lint-code lint-project

lint-code:
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/lint-imports
	.venv/bin/mypy smartcity programme tasks meetings

lint-project: export DATABASE_URL = sqlite://:memory:
lint-project:
	find templates -name '*.html' -exec .venv/bin/djade --check --target-version 5.2 {} +
	.venv/bin/python manage.py makemigrations --check --dry-run
	HTTPS=1 .venv/bin/python manage.py check --deploy --fail-level WARNING
	.venv/bin/python -W error manage.py check

# They show the look of the day: taken again where it changes.
## guide-pictures  chụp lại hình của hướng dẫn sử dụng, trên số liệu chạy thử
guide-pictures: export DATABASE_URL =
guide-pictures: environment $(CATALOGUES) static chromium
	.venv/bin/python -m tests.guide_pictures

# The simulated country is built once, in some minutes, and kept in var/bench/.
## bench        đo tốc độ các trang trên một nước mô phỏng: make bench JSON=TỆP PROGRAMMES=63
bench: environment $(CATALOGUES) static postgresql
	.venv/bin/python -m tests.bench $(if $(JSON),--json $(JSON)) $(if $(PROGRAMMES),--programmes $(PROGRAMMES))

# --inexact: the demonstration leaves the tests' packages where they are.
environment: $(UV)
	@$(UV) sync --frozen --inexact --quiet $(SYNC)
	@mkdir -p var
	@test -e var/audit-key.pem || .venv/bin/python -m smartcity.lib.seal.signing_key var/audit-key.pem >/dev/null

# --target is allowed even where the system's Python is closed to pip.
var/tools/bin/uv:
	@for python in python3 python; do \
	  if $$python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    exec $$python -m pip install --quiet --root-user-action ignore --target var/tools uv; \
	  fi; \
	done; \
	echo 'Cần Python 3.11 trở lên có pip (Debian: apt-get install python3-pip).' >&2; exit 1

%.mo: %.po | environment
	@.venv/bin/pybabel --quiet compile --locale vi --input-file $< --output-file $@

static: | environment
	@.venv/bin/python manage.py collectstatic --noinput --verbosity 0

var/secret-key:
	@mkdir -p var && umask 077 && echo "$$SECRET_KEY" >$@

# Before anything is deleted or loaded.
port: environment
	@.venv/bin/python -c 'import socket; socket.create_server(("127.0.0.1", $(PORT)))' 2>/dev/null || \
	  { echo 'Không mở được cổng $(PORT), có lẽ đang có chương trình dùng; hãy chọn cổng khác: make $(MAKECMDGOALS) PORT=8001' >&2; exit 1; }

# A test whose program is missing must not be skipped in silence: root gets the program, others are told.
install = test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get update -qq $(PATIENCE) && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $(PATIENCE) $(1)
PATIENCE := -o Acquire::Retries=0 -o Acquire::http::Timeout=20
missing = { echo 'Thiếu $(1) (Debian: sudo apt-get install $(1)).' >&2; exit 1; }

# Without windows it draws the same pages with half the work; where it cannot be had, the whole browser will do.
chromium:
	@command -v chromium-headless-shell >/dev/null || { $(call install,chromium-headless-shell); } >/dev/null 2>&1 || \
	  command -v chromium >/dev/null || $(call missing,chromium-headless-shell)

postgresql:
	@command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || $(call install,postgresql) || \
	  $(call missing,postgresql)
