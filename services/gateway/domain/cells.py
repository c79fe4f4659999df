"""Cells of a CSV file that no spreadsheet computes (security.md T25)."""

#: What a spreadsheet takes for the beginning of a formula; the last four are full-width forms.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def safe(cell: str) -> str:
    """Let no spreadsheet compute a cell."""
    plain = cell.replace("\x00", "")
    return f"'{plain}" if plain.lstrip("'").startswith(FORMULA) else plain


def bare(cell: str) -> str:
    """Take off the apostrophe that `safe` has put on."""
    guarded = cell.startswith("'") and cell.lstrip("'").startswith(FORMULA)
    return cell[1:] if guarded else cell
