# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What needs no database: the vocabulary shared by the engine and the connectors."""

from . import (
    codes,
    decision,
    documents,
    errors,
    fingerprint,
    lookup,
    obstacles,
    odd,
    results,
    suggest,
    vault,
)
