# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What needs no database: the vocabulary shared by the engine and the connectors."""

from . import (
    lookup,
    codes,
    decision,
    documents,
    errors,
    fingerprint,
    obstacles,
    odd,
    results,
    suggest,
    vault,
)
