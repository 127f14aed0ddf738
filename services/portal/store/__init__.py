"""The portal's SQL: open offers as they are kept, and as they are found."""
