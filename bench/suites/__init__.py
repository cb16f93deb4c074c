"""What is measured: one module a question, see __main__.py."""
