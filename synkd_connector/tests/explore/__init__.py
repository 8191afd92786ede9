# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The machine that looks for a lost cent, for the tests of each connector."""
