"""One settings class: the only reader of the environment. docs/operations.md prints its table."""

import base64
import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

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
    workers: int = 2
    threads: int = 4
    upload_limit_mb: int = 30
    is_testing: bool = False
    extra: dict[str, object] = field(default_factory=dict)

    @property
    def is_https(self) -> bool:
        """Whether cookies must be Secure: exactly when PUBLIC_URL is https."""
        return self.public_url.startswith("https://")

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read and check the environment; make keys on the first run. Raises ConfigurationError."""
        return load(dict(os.environ))

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
    ("WEB_WORKERS", "2", "Số tiến trình web, 1–64."),
    ("WEB_THREADS", "4", "Số luồng mỗi tiến trình, 1–64."),
    ("UPLOAD_LIMIT_MB", "30", "Dung lượng tối đa của tệp tải lên, 1–200."),
)


def _integer(env: dict[str, str], name: str, default: int, low: int, high: int) -> int:
    text = env.get(name, str(default))
    if not text.isdigit() or not low <= int(text) <= high:
        raise ConfigurationError(f"{name}={text!r}: cần một số nguyên từ {low} đến {high}.")
    return int(text)


def load(env: dict[str, str]) -> Settings:
    """Return checked settings from a mapping of environment variables."""
    mode = env.get("VNEID_MODE", "demo")
    if mode not in {"demo", "production"}:
        raise ConfigurationError(f"VNEID_MODE={mode!r}: chỉ nhận demo hoặc production.")
    instance = Path(env.get("VNEID_INSTANCE") or ROOT / "instance").resolve()
    host = env.get("HOST", "127.0.0.1")
    port = _integer(env, "PORT", 8000, 1, 65535)
    database_url = env.get("DATABASE_URL") or f"sqlite:///{instance / 'vneid.db'}"
    if not database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ConfigurationError(
            "DATABASE_URL: chỉ nhận sqlite:///… hoặc postgresql+psycopg://người-dùng@máy/tên."
        )
    public_url = env.get("PUBLIC_URL", f"http://{host}:{port}").rstrip("/")
    parts = urlsplit(public_url)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ConfigurationError(f"PUBLIC_URL={public_url!r}: cần dạng https://tên-miền.")
    _refuse_lost_keys(instance, database_url)
    keys, secret_key = _keys(instance, mode)
    return Settings(
        instance=instance,
        database_url=database_url,
        public_url=public_url,
        keys=keys,
        secret_key=secret_key,
        is_demo=mode == "demo",
        is_production=mode == "production",
        campaign_code=env.get("VNEID_CAMPAIGN", "KH128"),
        host=host,
        port=port,
        workers=_integer(env, "WEB_WORKERS", 2, 1, 64),
        threads=_integer(env, "WEB_THREADS", 4, 1, 64),
        upload_limit_mb=_integer(env, "UPLOAD_LIMIT_MB", 30, 1, 200),
    )


def _refuse_lost_keys(instance: Path, database_url: str) -> None:
    """A filled SQLite file without its keys: new ones would only hide that they are lost."""
    database = instance / database_url.removeprefix("sqlite:///")
    if (instance / "keys.json").exists() or not database_url.startswith("sqlite:///"):
        return
    if database.is_file() and database.stat().st_size:
        raise WrongDatabase(LOST_KEYS)


def _keys(instance: Path, mode: str) -> tuple[Keyring, str]:
    path = instance / "keys.json"
    if not path.exists():
        _make_keys(instance, path, mode)
    if path.stat().st_mode & 0o077:
        raise ConfigurationError(f"{path.name}: quyền tệp phải là 600 (chmod 600).")
    try:
        stored = json.loads(path.read_text())
        data_keys = {name: base64.b64decode(key) for name, key in stored["data_keys"].items()}
        ring = Keyring(data_keys, stored["current"], base64.b64decode(stored["index_key"]))
        ring.decrypt(ring.encrypt("thử", "check"), "check")
        secret = str(stored["secret_key"])
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            f"{path.name} hỏng ({error}): khôi phục từ bản sao lưu, không tạo khóa mới."
        ) from error
    if mode == "production" and stored.get("made_for") == "demo":
        raise ConfigurationError(
            "Khóa trong thư mục dữ liệu được tạo cho bản demo: chế độ production từ chối. "
            "Dùng một VNEID_INSTANCE mới."
        )
    return ring, secret


def _make_keys(instance: Path, path: Path, mode: str) -> None:
    instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    stored = {
        "made_for": mode,
        "current": "k1",
        "data_keys": {"k1": base64.b64encode(secrets.token_bytes(32)).decode()},
        "index_key": base64.b64encode(secrets.token_bytes(32)).decode(),
        "secret_key": secrets.token_urlsafe(48),
    }
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        json.dump(stored, handle, indent=1)
        handle.flush()
        os.fsync(handle.fileno())
    try:
        # A hard link fails when another process was first: its keys then stand.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
