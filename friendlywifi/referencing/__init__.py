"""The reference: what an unfiltered line sees, dated and signed."""
