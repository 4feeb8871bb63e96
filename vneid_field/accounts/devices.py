"""What kind of device a browser says it runs on: two families, nothing that tells people apart."""

# The first that fits stands: Android names itself Linux too, every browser names Safari.
_SYSTEMS = (
    ("android", "Android"),
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("windows", "Windows NT"),
    ("mac", "Macintosh"),
    ("linux", "Linux"),
)
_BROWSERS = (
    ("zalo", "Zalo"),
    ("coccoc", "coc_coc"),
    ("edge", "Edg"),
    ("opera", "OPR/"),
    ("samsung", "SamsungBrowser"),
    ("firefox", "Firefox"),
    ("firefox", "FxiOS"),
    ("chrome", "CriOS"),
    ("chrome", "Chrome"),
    ("safari", "Safari"),
)


def device_of(user_agent: str) -> str:
    """Return "system/browser" in codes, "" for what is not known; never the header itself."""
    system = _first(_SYSTEMS, user_agent)
    return f"{system}/{_first(_BROWSERS, user_agent)}" if system else ""


def _first(families: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((code for code, sign in families if sign in user_agent), "")
