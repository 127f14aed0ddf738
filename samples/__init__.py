"""Input in real form for the demo and the tests; the companies are fictional, the schools are real."""
