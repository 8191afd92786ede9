# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is said of what does not fit into a file of Pastel."""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

MISFITS = {
    "year": _lt(
        "Its date %(day)s is not in the financial year that began on %(start)s, so"
        " Pastel would put it into a wrong period. Post it on a day of that year; if"
        " Pastel has another year open, change First Day of the Financial Year on the"
        " ledger."
    ),
    "amount": _lt(
        "The amount %(amount)s has more digits than Pastel keeps (12 with its cents)."
        " Split the document."
    ),
    "currency": _lt(
        "It is in %(currency)s, and the files of this ledger are in %(theirs)s. Enter"
        " it in Pastel by hand, or change the currency on the ledger."
    ),
    "rate": _lt(
        "It is in %(currency)s and has no exchange rate, which Pastel wants with it."
        " Give it a rate in Odoo."
    ),
    "account": _lt(
        'Pastel cannot have the ledger account "%(code)s": these have up to 7 digits or'
        " letters, as in 3800/000. Map another one."
    ),
    "tax": _lt(
        'Pastel cannot have the tax type "%(code)s": these are the numbers 0 to 30. Map'
        " another one under Mapping."
    ),
    "no_code": _lt(
        "It has no customer code, by which Pastel knows customers. Give the account"
        " customer an Ext Acc #."
    ),
    "code": _lt(
        "The customer code %(code)s does not fit: Pastel takes up to %(length)s letters"
        " without accents and digits. Change the Ext Acc #."
    ),
    "code_letters": _lt(
        "The customer code %(code)s has a blank, quote, comma, bar or slash, which"
        " breaks Pastel's files. Change the Ext Acc #."
    ),
    "moved": _lt(
        "Pastel knows this customer as %(known)s, and codes cannot be changed by a"
        " file. Change the Ext Acc # %(code)s back, or change the code in Pastel and"
        " make a new account customer."
    ),
    "name": _lt("The customer has no name that Pastel could show. Give it one."),
    "lines": _lt(
        "Document %(number)s would have %(count)s lines in Pastel, which takes"
        " %(most)s: long texts count once for every 40 letters. Split it, or shorten"
        " its texts."
    ),
    "order": _lt(
        "The number %(number)s has %(count)s characters; an order number of Pastel"
        " takes %(width)s. Give the document a shorter number, or choose wider order"
        " numbers on the ledger if your version of Pastel has them."
    ),
    "untaxed": _lt(
        "The line %(line)s of %(number)s has no tax type of Pastel, and which one it is"
        " is never assumed. Map its tax, or No tax, under Mapping."
    ),
    "nowhere": _lt(
        "The line %(line)s has neither an item nor an account of Pastel. Set the"
        " product class of its product."
    ),
    "item": _lt(
        'Pastel cannot have the item "%(code)s": codes have up to %(length)s'
        " characters, all of them in Windows-1252. Map another one."
    ),
    "contra": _lt(
        "What credit notes settle goes through a ledger account to nothing. Choose the"
        " Account for Allocations on the ledger."
    ),
}

UNREADABLE = {
    "empty": _lt("The file is empty. Export it again from Pastel."),
    "ours": _lt(
        "This is a file that Odoo made for Pastel, not a list that Pastel exported."
        " Import it into Pastel, then export the customers there, and upload that."
    ),
    "no_text": _lt(
        "This is no text file. Export it from Pastel as CSV, not as a PDF or Excel"
        " file."
    ),
    "broken": _lt(
        "The file ends within a quoted text, or has a stray quote near line %(line)s:"
        " it is not whole. Export it again from Pastel."
    ),
    "no_table": _lt(
        "This is no table with columns. Export it from Pastel as CSV, with commas or"
        " semicolons between the columns."
    ),
    "rows": _lt(
        "The file has more than %(most)s rows. Export the list in parts, such as the"
        " transactions of fewer days."
    ),
    "columns": _lt(
        "These columns are not found in the file: %(missing)s. Export it with its"
        " headings, or say which column is what."
    ),
}

# How a file is imported, and what tells afterwards that it was.
STEP_OPEN = _lt(
    "Download the file. Open the company in Pastel whose name is in the file's name."
)
STEPS_MENU = {
    "customers": _lt(
        "In Pastel, choose File > Import and there Customer Accounts, and the file. The"
        " first time, map each heading to the field of its name (OdooFile to none);"
        " Pastel remembers it."
    ),
    "documents": _lt(
        "In Pastel, choose Process > Customers, then Invoices or Credit Notes as the"
        " file's name says, and there Batch > Import with the file."
    ),
    "payments": _lt(
        "In Pastel, choose Process > Cashbook for each cashbook file, in the cashbook"
        " of its account, and Process > Journals for the journal; there Batch > Import"
        " with the file."
    ),
    "allocations": _lt(
        "In Pastel, choose Process > Journals, and there Batch > Import with the file."
    ),
}
STEP_LOOK = _lt(
    "Look whether the batch has the number of the file in its remarks, and was not"
    " imported before; Pastel takes a file as often as it is imported."
)
STEP_UPDATE = _lt("Let Pastel update the batch. What it refused is on its screen.")
STEP_CUSTOMERS = _lt(
    "Export the customers (File > Export), and upload that list with Confirm Imports on"
    " the ledger."
)
STEP_LIST = _lt(
    "Export the customers' transactions of these days, and upload that list with"
    " Confirm Imports on the ledger."
)
