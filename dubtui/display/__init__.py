"""How records read: money, dates, blanks, safe text, errors in words. Takes the present moment, reads no clock."""
