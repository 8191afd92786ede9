# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What our readers count on in Sage's answers."""

from odoo.addons.synkd_connector_http.lib.shapes import Lists, Shape

# The services whose records are read; each record has its identity in ID.
SERVICES = (
    *("Company", "Currency", "Customer", "CustomerCategory", "TaxType", "Account"),
    *("Item", "BankAccount", "TaxInvoice", "CustomerReturn", "CustomerReceipt"),
    "Allocation",
)
# By what a person finds a record.
NAMES = ("DocumentNumber", "Reference", "Name", "Description", "Code")
# Names of a customer's five free lines of address.
POSTAL = tuple(f"PostalAddress0{number}" for number in range(1, 6))
DELIVERY = tuple(f"DeliveryAddress0{number}" for number in range(1, 6))
# What is an identity of something else.
LINKS = (
    *("CustomerId", "CurrencyId", "HomeCurrencyId", "Customer_CurrencyId"),
    *("BankAccountId", "SourceDocumentId", "AllocatedToDocumentId"),
)
SHAPE = Shape(
    texts=frozenset(
        (
            *("ID", "Name", "ContactName", "Email", "Telephone", "WebAddress"),
            *("TaxReference", "TextField1", "Description", "Code", "Created"),
            *("Modified", "DocumentNumber", "Reference", "ExternalReference", "Date"),
            *("DueDate", "LockProcessingDate", *LINKS, *POSTAL, *DELIVERY),
        )
    ),
    amounts=frozenset(
        (
            *("Balance", "CreditLimit", "Total", "Tax", "AmountDue", "Percentage"),
            *("DueDateMethodId", "DueDateMethodValue", "Exclusive"),
        )
    ),
    objects=frozenset(("Category", "Customer")),
    lists=frozenset(("Lines",)),
)
LISTS = Lists(dict.fromkeys(SERVICES, "ID"), NAMES, SHAPE)
