"""Rules of follow-up: response scales, plausible values, windows."""
