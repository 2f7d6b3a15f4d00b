"""Reports in the forms that other programs and people read; all of them from `friendlywifi/report/1`."""
