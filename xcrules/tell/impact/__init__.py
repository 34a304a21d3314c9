"""What an amendment costs, for people: figures (values), screen (a terminal), book (a workbook to forward), page (one HTML page)."""
