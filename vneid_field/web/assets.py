"""Static files under names that carry their digest, compressed, kept by browsers for ever."""

import hashlib
import os
from pathlib import Path
from typing import Any

from flask import Flask
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

from vneid_field.config import ROOT

FOLDERS = ("css", "js", "img", "vendor")
YEAR_S = 365 * 24 * 3600


def init_assets(app: Flask) -> None:
    """Publish `static/` into the instance folder and let `url_for("static", …)` name the copies.

    A phone that keeps yesterday's stylesheet after an upgrade would show a broken page, and one
    that asks again each day pays for it: a new content has a new name instead.
    """
    published = Path(app.instance_path) / "static"
    names = _publish(ROOT / "static", published)
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(published),
        prefix="static/",
        max_age=YEAR_S,
        immutable_file_test=lambda _path, _url: True,
    )

    @app.url_defaults
    def name_the_copy(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values["filename"] = names.get(values["filename"], values["filename"])


def _publish(source: Path, published: Path) -> dict[str, str]:
    """Copy and compress what is not there yet; returns name → name with digest."""
    names: dict[str, str] = {}
    compressor = Compressor(use_brotli=False, quiet=True)  # br needs https; gzip serves both
    for folder in FOLDERS:
        for path in sorted((source / folder).glob("*.*")):
            if path.suffix in (".gz", ".br") or path.name.startswith("."):
                continue
            content = path.read_bytes()
            digest = hashlib.sha256(content).hexdigest()[:12]
            name = f"{folder}/{path.stem}.{digest}{path.suffix}"
            names[f"{folder}/{path.name}"] = name
            if not (published / name).exists():
                _place(published / name, content, compressor)
    return names


def _place(target: Path, content: bytes, compressor: Compressor) -> None:
    """Write a copy and its compressed twin; several processes may start at once."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f"{os.getpid()}.{target.name}")
    draft.write_bytes(content)
    for twin in compressor.compress(str(draft)):
        os.replace(twin, f"{target}.gz")
    os.replace(draft, target)
