"""The random sample of a commune's day: drawn by a number that nobody can choose. Pure.

Each checklist has a score from the day's seed and its own key alone. Those with the smallest
scores are in the sample, up to a cut that is stored and never sinks: what was drawn stays drawn,
a late result may come in, and neither the team nor reloading the page changes anything.
"""

import hashlib
from collections.abc import Sequence

NOBODY = -1  # a cut below every score
_BYTES = 6  # 48 bits: no two checklists of a day meet, and every database stores it whole


def score(seed: str, household_id: int, team_id: int) -> int:
    """Return a checklist's score: the head of SHA-256 of "seed:household:team"."""
    digest = hashlib.sha256(f"{seed}:{household_id}:{team_id}".encode()).digest()
    return int.from_bytes(digest[:_BYTES], "big")


def wanted_size(checklists: int, percent: int, minimum: int) -> int:
    """Return how many are looked at: a share rounded up, at least the minimum, at most all."""
    share = -(-checklists * percent // 100)
    return min(checklists, max(share, minimum))


def cut_of(scores: Sequence[int], percent: int, minimum: int, held: int = NOBODY) -> int:
    """Return the greatest score that is in the sample; `held`: the cut kept before."""
    size = wanted_size(len(scores), percent, minimum)
    return max(held, sorted(scores)[size - 1] if size else NOBODY)
