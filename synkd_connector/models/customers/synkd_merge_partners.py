# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import psycopg2

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, mute_logger

# What stays with the archived one: who he is, what was said to him, his history.
STAYING = ("mail.", "bus.", "discuss.", "ir.", "base.", "res.")
STAYING += ("synkd.customer.link", "synkd.customer.status", "synkd.customer.rep")
STAYING += ("synkd.credit.turn", "synkd.match", "synkd.merge")
STAYING += ("synkd.account.customer",)
TAKEN = ("overdue_since", "tracking_number", "customer_rank")


class SynkdMerge(models.Model):
    """Operational customers that are merged: documents, people and links move.

    Odoo's own merge deletes those that go. Here they are archived, and what pointed to
    them in a stored field points to the one that stays, by one statement for each
    field, whose ids are kept. What an app keeps in another way, such as messages,
    stays with the archived one.
    """

    _inherit = "synkd.merge"

    @api.model
    def _check_partners(self, kept, others):
        """Refuse operational customers that cannot be merged.

        :raise UserError: says why, and of whom.
        """
        for other in others:
            for name in ("company_id", "customer_currency_id"):
                differ = other[name] != kept[name]
                if differ and (name == "company_id" or (other[name] and kept[name])):
                    label = other._fields[name]._description_string(self.env)
                    self._refuse_different(label, kept, other, name)
        self._check_belongs(kept, others)
        self._check_hashed(others)
        self._check_companies(kept | others)
        self._check_not_under_way(kept | others)

    @api.model
    def _check_belongs(self, kept, others):
        """Refuse to merge away who has to stay.

        :raise UserError: says who, and why.
        """
        if not kept.active:
            raise UserError(
                self.env._(
                    "%s is archived, so nothing can be merged into it. Restore it, or"
                    " keep another one.",
                    kept.display_name,
                )
            )
        everybody = self.env["res.partner"].with_context(active_test=False)
        above = others.filtered(
            lambda other: everybody.search_count(
                [("id", "=", kept.id), ("id", "child_of", other.id)]
            )
        )[:1]
        if above:
            raise UserError(
                self.env._(
                    "%(kept)s is below %(other)s, so %(other)s cannot be merged into"
                    " it. Keep %(other)s.",
                    kept=kept.display_name,
                    other=above.display_name,
                )
            )
        others_sudo = others.sudo()
        companies = self.env["res.company"].sudo()
        owner = companies.search([("partner_id", "in", others.ids)]).partner_id
        owner |= others_sudo.filtered("user_ids")
        if owner:
            raise UserError(
                self.env._(
                    "%s is the contact of a user or of a company of this database, and"
                    " these cannot be archived. Let it be the one that stays.",
                    owner[:1].display_name,
                )
            )

    @api.model
    def _check_hashed(self, others):
        """Refuse customers of entries that the law lets nobody change, as Odoo does.

        :raise UserError: names the first one.
        """
        lines = self.env["account.move.line"].sudo()
        hashed = Domain("move_id.inalterable_hash", "!=", False)
        mine = Domain("partner_id", "in", others.ids)
        if line := lines.search(mine & hashed, limit=1):
            raise UserError(
                self.env._(
                    "%(entry)s of %(customer)s is secured against any change, so"
                    " %(customer)s cannot be merged into another one. Let it be the one"
                    " that stays.",
                    entry=line.move_id.name,
                    customer=line.partner_id.display_name,
                )
            )

    @api.model
    def _check_companies(self, partners):
        """Refuse customers that are linked in books out of the user's reach.

        :raise UserError: names the company.
        """
        links = self.env["synkd.customer.link"].sudo()._get_links(partners)
        hidden = links.company_id - self.env.companies.sudo().parent_ids
        if hidden:
            raise UserError(
                self.env._(
                    "They are linked in the books of %s as well. Choose this company"
                    " too, at the top right, or have somebody merge them who may.",
                    hidden[:1].name,
                )
            )

    @api.model
    def _check_not_under_way(self, partners):
        """Refuse customers whose documents are being sent.

        This method serves as a hook for the queue.

        :raise UserError: says which document.
        """

    # === MERGING === #

    def _merge_partners(self, account=None, archive_left=False):
        """Move what the merged ones have to the one that stays, and archive them.

        :param recordset account: the `synkd.account.customer` to bill it as; None: as
            it is billed now, else as the oldest link says.
        :param bool archive_left: archive account customers that bill nobody now.
        """
        kept, others = self.kept_partner_id, self.partner_ids
        self._take_values(kept, others)
        left = self._merge_links(kept, others, account)
        rows = self._move_rows(kept, others)
        people = self.env["res.partner"].with_context(active_test=False)
        people = people.search([("parent_id", "in", others.ids), ("id", "!=", kept.id)])
        people -= others
        self._note("people", [[person.id, person.parent_id.id] for person in people])
        people.parent_id = kept
        archived = others.filtered("active")
        self._note("archived", archived.ids)
        archived.active = False
        self._archive_left(left if archive_left else left.browse())
        self.env["synkd.customer.link"]._get_links(kept)._decide_again()
        self.report = "\n".join(self._explain_partners(rows, len(people)))

    def _take_values(self, kept, others):
        """Let the one that stays have what is stricter, and a number if it has none."""
        before = {"status": kept.customer_status}
        before |= {name: kept[name] for name in TAKEN}
        before["overdue_since"] = str(kept.overdue_since or "")
        kept._take_strictest(others)
        kept.customer_rank = max((kept | others).mapped("customer_rank"))
        giver = others.filtered("tracking_number")[:1]
        if giver and not kept.tracking_number:
            number = giver.tracking_number
            giver.tracking_number = False
            giver.flush_recordset()
            kept.tracking_number = number
            before["giver"] = giver.id
        after = {"status": kept.customer_status}
        after["overdue_since"] = str(kept.overdue_since or "")
        self._note("before", before)
        self._note("after", after)

    def _merge_links(self, kept, others, account):
        """Bill the one that stays as one account customer in each ledger.

        :return: account customers that lost a customer.
        """
        links = self.env["synkd.customer.link"]
        live = links._get_links(kept | others).sorted("id")
        accounts = live.account_customer_id
        self._note(
            "links",
            [[link.partner_id.id, link.account_customer_id.id] for link in live],
        )
        self._note("mirrors", [[a.id, a.mirror_partner_id.id] for a in accounts])
        billed = {}
        for some in live.grouped("ledger_id").values():
            own = some.filtered(lambda link: link.partner_id == kept)
            usable = some.account_customer_id.filtered("active")
            chosen = usable & (account or usable.browse())
            billed[(chosen or own.account_customer_id or usable)[:1]] = some - own
        mirrored = {a: a.mirror_partner_id for a in billed}
        live.filtered(lambda link: link.partner_id != kept)._end()
        links._link([(kept, one) for one in billed if one])
        for one, partner in mirrored.items():
            if partner in others:
                one.mirror_partner_id = kept
        self._note("billed", [one.id for one in billed])
        return accounts.filtered(lambda a: not a.link_count and not a._is_shared())

    def _archive_left(self, accounts):
        """Archive account customers that bill nobody any more."""
        accounts = accounts.filtered("active")
        self._note("archived_accounts", accounts.ids)
        accounts.active = False

    @api.model
    def _get_moved_fields(self):
        """Return the stored fields that point to customers and move with them.

        :return: names of fields by model.
        :rtype: dict[str, list[str]]
        """
        found = {}
        for model in self.env.values():
            if model._abstract or model._transient or not model._auto:
                continue
            if model._name.startswith(STAYING):
                continue
            names = [
                name
                for name, field in model._fields.items()
                if field.type == "many2one"
                and field.comodel_name == "res.partner"
                and field.store
                and field.column_type
                and not field.company_dependent
            ]
            if names:
                found[model._name] = names
        return found

    @api.model
    def _count_rows(self, others):
        """Return how many records would move, by model.

        :param recordset others: those that would be merged.
        :rtype: dict[str, int]
        """
        self.env.flush_all()
        counts = {}
        for model, names in self._get_moved_fields().items():
            mine = SQL(" OR ").join(
                SQL("%s = ANY(%s)", SQL.identifier(name), others.ids) for name in names
            )
            table = SQL.identifier(self.env[model]._table)
            query = SQL("SELECT count(*) FROM %s WHERE %s", table, mine)
            counts[model] = self.env.execute_query(query)[0][0]
        return {model: count for model, count in counts.items() if count}

    def _move_rows(self, kept, others):
        """Let what points to the merged ones point to the one that stays.

        :return: how many records of each model.
        :rtype: dict[str, int]
        """
        self.env.flush_all()
        rows, counts = [], {}
        for model, names in self._get_moved_fields().items():
            touched = set()
            for name in names:
                for other in others:
                    ids = self._point(model, name, other.id, kept.id)
                    rows += [[model, name, other.id, ids]] if ids else []
                    touched.update(ids)
            if touched:
                counts[model] = len(touched)
        self.env.invalidate_all()
        self._note("rows", rows)
        return counts

    def _point(self, model, name, from_id, to_id, ids=None):
        """Let a field point to another customer.

        What the database does not let move, such as a second bank account of one
        number, stays where it is.

        :param list ids: of the records; None for all.
        :return: the ids of those that were moved.
        :rtype: list[int]
        """
        query = SQL(
            "UPDATE %(table)s SET %(name)s = %(to)s WHERE %(name)s = %(from)s"
            " AND (%(all)s OR id = ANY(%(ids)s)) RETURNING id",
            **{
                "table": SQL.identifier(self.env[model]._table),
                "name": SQL.identifier(name),
                "from": from_id,
                "to": to_id,
                "all": ids is None,
                "ids": ids or [],
            },
        )
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint(flush=False):
                return sorted(row[0] for row in self.env.execute_query(query))
        except psycopg2.IntegrityError:
            return []

    def _explain_partners(self, rows, people_count):
        """Return what was moved, and what is stricter than before.

        :param dict rows: how many records of each model.
        :rtype: list[str]
        """
        names = self.env["ir.model"].sudo()
        said = [f"{names._get(model).name}: {count}" for model, count in rows.items()]
        if people_count:
            said.append(self.env._("People and sub-customers: %s", people_count))
        kept, before = self.kept_partner_id, self.moved["before"]
        if kept.customer_status != before["status"]:
            status_field = kept._fields["customer_status"]
            labels = dict(status_field._description_selection(self.env))
            said.append(
                self.env._(
                    "%(customer)s is %(status)s now, since one of them was: the"
                    " stricter wins.",
                    customer=kept.display_name,
                    status=labels[kept.customer_status],
                )
            )
        return said

    # === UNDOING === #

    def _undo_partners(self):
        """Put back what is still where the merge put it.

        :return: sentences about what is left where it is.
        :rtype: list[str]
        """
        kept, others = self.kept_partner_id, self.partner_ids
        others.browse(self.moved["archived"]).active = True
        accounts = self.env["synkd.account.customer"]
        accounts.browse(self.moved["archived_accounts"]).active = True
        left = self._undo_rows(kept)
        people = self.env["res.partner"].with_context(active_test=False)
        for person_id, parent_id in self.moved["people"]:
            person = people.browse(person_id).exists()
            if person.parent_id == kept:
                person.parent_id = parent_id
            elif person:
                left.append(self._explain_not_there(person.display_name))
        self._undo_values(kept)
        left += self._undo_links(kept)
        self.env["synkd.customer.link"]._get_links(kept | others)._decide_again()
        return left

    def _explain_not_there(self, name):
        """Return the sentence about something that was moved again since."""
        return self.env._("%s was moved or posted since, and stays where it is.", name)

    def _undo_rows(self, kept):
        """Let records point back, but for those that were changed or posted since.

        :rtype: list[str]
        """
        self.env.flush_all()
        fixed, left = self._get_fixed_ids(), []
        counts = {}
        for model, name, other_id, ids in self.moved["rows"]:
            if model not in self.env:
                continue
            wanted = [id_ for id_ in ids if id_ not in fixed.get(model, ())]
            back = self._point(model, name, kept.id, other_id, wanted)
            counts.setdefault(model, set()).update(set(ids) - set(back))
        self.env.invalidate_all()
        for model, ids in counts.items():
            records = self.env[model].with_context(active_test=False)
            for record in records.browse(sorted(ids)).exists():
                left.append(self._explain_not_there(record.display_name))
        return left

    def _get_fixed_ids(self):
        """Return what must stay where it is, by model.

        This method serves as a hook for the queue: what is in the books under the
        customer that stayed is his.

        :rtype: dict[str, set[int]]
        """
        return {}

    def _undo_values(self, kept):
        """Give back what the one that stayed took over, where it still has that."""
        before, after = self.moved["before"], self.moved["after"]
        if str(kept.overdue_since or "") == after["overdue_since"]:
            kept.overdue_since = before["overdue_since"] or False
        if before.get("giver") and kept.tracking_number:
            number = kept.tracking_number
            kept.tracking_number = False
            kept.flush_recordset()
            kept.browse(before["giver"]).tracking_number = number
        if (
            before["status"] != after["status"]
            and kept.customer_status == after["status"]
        ):
            kept._take_back_status(before["status"], self.env._("The merge was undone"))

    def _undo_links(self, kept):
        """Bill everybody again as before, where nothing was changed since.

        :return: sentences about links that stay as they are.
        :rtype: list[str]
        """
        links = self.env["synkd.customer.link"]
        was = {}
        for partner, account in self._browse_links():
            was.setdefault(account.ledger_id, {})[partner] = account
        pairs, left = [], []
        for ledger, accounts in was.items():
            link = self._get_link(kept, ledger)
            if link.account_customer_id.id not in self.moved["billed"]:
                left.append(self._explain_left(kept, link))
            elif kept not in accounts:
                link._end()
            for partner, account in accounts.items():
                if partner == kept:
                    continue_here = link.account_customer_id.id in self.moved["billed"]
                    pairs += [(partner, account)] if continue_here else []
                elif self._get_link(partner, ledger) or not account.active:
                    left.append(
                        self._explain_left(partner, self._get_link(partner, ledger))
                    )
                else:
                    pairs.append((partner, account))
        links._link(pairs)
        self._undo_mirrors()
        return left
