# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Developer tooling: set up, run, test, lint and measure the addons of this repo.

Only the standard library is used, so that it runs before anything is installed.
"""
