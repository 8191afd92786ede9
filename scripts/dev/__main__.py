# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import sys

from .cli import main

sys.exit(main())
