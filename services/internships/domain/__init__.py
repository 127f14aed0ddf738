"""What is decided about offers, without I/O: their life, and when two of them are one."""
