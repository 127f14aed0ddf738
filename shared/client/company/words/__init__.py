"""What people write for a level, a trade, a day, an amount: read by one code in cells, documents and mapping files.

Each function gives the contract's value, with a note where it guessed, and None (or Misread, where there is more to
say) for what holds no such value.
"""
