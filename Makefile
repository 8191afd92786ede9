# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# Thin on purpose: what the targets do is in scripts/dev.
DEV := $(or $(PYTHON),python3) -m scripts.dev
COMMANDS := setup run lint bench explore connector contract pictures stop clean env
export PORT FRESH FIX KEEP N ALL QUEUE CUSTOMERS ROWS KILLS XERO SAGE PASTEL ODOO SPEC URL NAME LABEL SYNKD_XERO_LOG MINUTES HARMS FIDELITY SHRINK JOBS SEED EXAMPLES REPLAY BOOKS

.DEFAULT_GOAL := help
.PHONY: help test shell pot wheels $(COMMANDS)

help:
	@$(DEV) help

$(COMMANDS):
	@$(DEV) $@

test shell pot wheels:
	@$(DEV) $@ $(ARGS)
