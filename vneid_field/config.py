"""One settings class: the only reader of the environment. docs/operations.md prints its table."""

import base64
import json
import os
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from vneid_field.core.crypto import Keyring

ROOT = Path(__file__).resolve().parent.parent


class ConfigurationError(Exception):
    """A value of the environment is wrong; the message says which and what is expected."""

    exit_code = 2


class WrongDatabase(ConfigurationError):
    """The database is not one that these keys and this mode may run on."""

    exit_code = 1


_RESTORE = (
    "Hãy khôi phục keys.json từ bản sao lưu; không tạo khóa mới, vì dữ liệu đã mã hóa sẽ không đọc "
    "lại được."
)
WRONG_KEYS = f"keys.json không phải khóa của cơ sở dữ liệu này. {_RESTORE}"
LOST_KEYS = f"Cơ sở dữ liệu đã có dữ liệu nhưng thư mục dữ liệu thiếu keys.json. {_RESTORE}"
DEMO_DATA = (
    "Cơ sở dữ liệu này là của bản dùng thử: chế độ production từ chối. Hãy dùng một cơ sở dữ liệu "
    "mới và chạy lệnh vneid-field init."
)


@dataclass(frozen=True)
class Settings:
    """Everything that may differ between installations."""

    instance: Path
    database_url: str
    public_url: str
    keys: Keyring
    secret_key: str
    is_demo: bool = False
    is_production: bool = False
    campaign_code: str = "KH128"
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 4
    threads: int = 2
    upload_limit_mb: int = 30
    is_testing: bool = False
    extra: dict[str, object] = field(default_factory=dict)

    @property
    def is_https(self) -> bool:
        """Whether cookies must be Secure: exactly when PUBLIC_URL is https."""
        return self.public_url.startswith("https://")

    @property
    def address(self) -> str:
        """Where to listen, as gunicorn and a URL write it."""
        return _address(self.host, self.port)

    @classmethod
    def from_environment(cls, *, makes_keys: bool = True) -> "Settings":
        """Read and check the environment; raises ConfigurationError.

        Keys are made on the first run, unless `makes_keys` forbids it.
        """
        return load(dict(os.environ), makes_keys=makes_keys)

    @classmethod
    def for_tests(cls, *, database_url: str, instance: Path, **overrides: object) -> "Settings":
        """Settings with fixed keys and no file written, for tests."""
        keys = Keyring({"t1": b"d" * 32}, "t1", b"i" * 32)
        values: dict[str, object] = {
            "public_url": "http://localhost",
            "keys": keys,
            "secret_key": "test-secret",
            "is_testing": True,
        }
        return cls(instance=instance, database_url=database_url, **{**values, **overrides})  # type: ignore[arg-type]


VARIABLES = (
    ("HOST", "127.0.0.1", "Địa chỉ lắng nghe; 0.0.0.0 cho điện thoại cùng mạng dùng thử."),
    ("PORT", "8000", "Cổng lắng nghe, 1–65535."),
    ("PUBLIC_URL", "http://HOST:PORT", "Địa chỉ người dùng gõ; https bật cookie Secure."),
    ("DATABASE_URL", "sqlite:///<INSTANCE>/vneid.db", "Hoặc postgresql+psycopg://…"),
    ("VNEID_INSTANCE", "instance", "Thư mục dữ liệu và khóa (mode 700)."),
    ("VNEID_MODE", "demo", "demo hoặc production; production từ chối khóa của bản demo."),
    ("VNEID_CAMPAIGN", "KH128", "Mã chiến dịch hiện hành."),
    ("WEB_WORKERS", "4", "Số tiến trình web, 1–64: gấp đôi số nhân của máy."),
    ("WEB_THREADS", "2", "Số luồng mỗi tiến trình, 1–64."),
    ("UPLOAD_LIMIT_MB", "30", "Dung lượng tối đa của tệp tải lên, 1–200."),
)


def _integer(env: dict[str, str], name: str, default: int, low: int, high: int) -> int:
    text = env.get(name) or str(default)
    if not (text.isascii() and text.isdigit()) or not low <= int(text) <= high:
        raise ConfigurationError(f"{name}={text!r}: cần một số nguyên từ {low} đến {high}.")
    return int(text)


def _address(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def load(env: dict[str, str], *, makes_keys: bool = True) -> Settings:
    """Return checked settings from a mapping of environment variables; empty means default."""
    mode = env.get("VNEID_MODE") or "demo"
    if mode not in {"demo", "production"}:
        raise ConfigurationError(f"VNEID_MODE={mode!r}: chỉ nhận demo hoặc production.")
    instance = Path(env.get("VNEID_INSTANCE") or ROOT / "instance").resolve()
    database_url = env.get("DATABASE_URL") or f"sqlite:///{instance / 'vneid.db'}"
    _check_database_url(database_url, instance)
    host = env.get("HOST") or "127.0.0.1"
    port = _integer(env, "PORT", 8000, 1, 65535)
    public_url = (env.get("PUBLIC_URL") or f"http://{_address(host, port)}").rstrip("/")
    _check_public_url(public_url)
    workers = _integer(env, "WEB_WORKERS", 4, 1, 64)
    threads = _integer(env, "WEB_THREADS", 2, 1, 64)
    upload_limit_mb = _integer(env, "UPLOAD_LIMIT_MB", 30, 1, 200)
    _refuse_lost_keys(instance, database_url)
    keys, secret_key = _keys(instance, mode, makes_keys)
    return Settings(
        instance=instance,
        database_url=database_url,
        public_url=public_url,
        keys=keys,
        secret_key=secret_key,
        is_demo=mode == "demo",
        is_production=mode == "production",
        campaign_code=env.get("VNEID_CAMPAIGN") or "KH128",
        host=host,
        port=port,
        workers=workers,
        threads=threads,
        upload_limit_mb=upload_limit_mb,
    )


def _refuse_lost_keys(instance: Path, database_url: str) -> None:
    """A filled SQLite file without its keys: new ones would only hide that they are lost."""
    database = instance / database_url.removeprefix("sqlite:///")
    if (instance / "keys.json").exists() or not database_url.startswith("sqlite:///"):
        return
    if database.is_file() and database.stat().st_size:
        raise WrongDatabase(LOST_KEYS)


def _check_database_url(url: str, instance: Path) -> None:
    # The value itself is never repeated: it may hold a password.
    wanted = "chỉ nhận sqlite:///đường-dẫn-tệp hoặc postgresql+psycopg://người-dùng@máy/tên"
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ConfigurationError(f"DATABASE_URL: {wanted}.")
    try:
        database = make_url(url).database
    except (ArgumentError, ValueError) as error:
        raise ConfigurationError(f"DATABASE_URL viết sai: {wanted}.") from error
    if not database or database == ":memory:":
        raise ConfigurationError(f"DATABASE_URL thiếu tên cơ sở dữ liệu: {wanted}.")
    if url.startswith("sqlite:"):
        folder = (instance / database).parent
        if folder != instance and not folder.is_dir():
            raise ConfigurationError(f"DATABASE_URL: không có thư mục {folder}.")


def _check_public_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        is_whole = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        is_whole = False
    if not is_whole:
        raise ConfigurationError(f"PUBLIC_URL={url!r}: cần dạng https://tên-miền.")


def _keys(instance: Path, mode: str, makes_keys: bool) -> tuple[Keyring, str]:
    path = instance / "keys.json"
    try:
        if not path.exists():
            if not makes_keys:
                raise ConfigurationError(
                    f"Thư mục {instance} chưa có khóa. Hãy bắt đầu bằng vneid-field init (chiến "
                    "dịch thật) hoặc script/run (dùng thử), hoặc sửa VNEID_INSTANCE."
                )
            _make_keys(instance, path, mode)
        if path.stat().st_mode & 0o077:
            raise ConfigurationError(f"{path.name}: quyền tệp phải là 600 (chmod 600).")
        text = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"VNEID_INSTANCE={str(instance)!r}: không đọc, ghi được thư mục này "
            f"({error.strerror}). Cần một thư mục mà người chạy lệnh được ghi."
        ) from error
    try:
        stored = json.loads(text)
        ring, secret = _open_keys(stored)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        # Neither the error's words nor the file's: both may hold a key.
        raise ConfigurationError(
            f"{path.name} hỏng: khôi phục từ bản sao lưu, không tạo khóa mới."
        ) from error
    if mode == "production" and stored.get("made_for") == "demo":
        raise ConfigurationError(
            "Khóa trong thư mục dữ liệu được tạo cho bản demo: chế độ production từ chối. "
            "Dùng một VNEID_INSTANCE mới."
        )
    return ring, secret


def _open_keys(stored: dict[str, Any]) -> tuple[Keyring, str]:
    """Raises ValueError, KeyError, TypeError or AttributeError when a key is missing or short."""
    data_keys = {name: _key(key) for name, key in stored["data_keys"].items()}
    ring = Keyring(data_keys, stored["current"], _key(stored["index_key"]))
    ring.decrypt(ring.encrypt("thử", "check"), "check")
    secret = stored["secret_key"]
    if len(secret.strip()) < 32:
        raise ValueError("secret_key is too short")
    return ring, secret


def _key(text: str) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != 32:
        raise ValueError("a key has 32 bytes")
    return key


def _make_keys(instance: Path, path: Path, mode: str) -> None:
    instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not any(instance.iterdir()):
        instance.chmod(0o700)  # made by hand for us; a folder with other things is left alone
    stored = {
        "made_for": mode,
        "current": "k1",
        "data_keys": {"k1": base64.b64encode(secrets.token_bytes(32)).decode()},
        "index_key": base64.b64encode(secrets.token_bytes(32)).decode(),
        "secret_key": secrets.token_urlsafe(48),
    }
    draft = _draft(path, stored)
    try:
        # A hard link fails when another process was first: its keys then stand.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _draft(path: Path, stored: dict[str, Any]) -> Path:
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        json.dump(stored, handle, indent=1)
        handle.flush()
        os.fsync(handle.fileno())
    return draft


def add_data_key(instance: Path, name: str) -> None:
    """Add a data key to keys.json and make it the current one; raises ConfigurationError."""
    if not re.fullmatch(r"[a-z0-9-]{1,20}", name):
        raise ConfigurationError("Tên khóa gồm 1–20 chữ thường không dấu, chữ số, gạch nối.")
    stored = json.loads((instance / "keys.json").read_bytes())
    if name in stored["data_keys"]:
        raise ConfigurationError(f"keys.json đã có khóa {name}, hãy đặt tên khác.")
    stored["data_keys"][name] = base64.b64encode(secrets.token_bytes(32)).decode()
    _replace_keys(instance, stored | {"current": name})


def remove_data_key(instance: Path, name: str) -> None:
    """Drop a data key that is not the current one; raises ConfigurationError."""
    stored = json.loads((instance / "keys.json").read_bytes())
    if name not in stored["data_keys"] or name == stored["current"]:
        raise ConfigurationError(f"keys.json không có khóa {name} để bỏ.")
    del stored["data_keys"][name]
    _replace_keys(instance, stored)


def _replace_keys(instance: Path, stored: dict[str, Any]) -> None:
    """One step: a crash leaves the old file or the new one."""
    path = instance / "keys.json"
    _draft(path, stored).replace(path)
    folder = os.open(instance, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
