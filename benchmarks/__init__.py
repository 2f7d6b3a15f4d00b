"""How fast, beside what, and is it still right? Every figure is a ratio measured side by side in one run."""
