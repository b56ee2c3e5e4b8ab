"""The table of faults at the end of a run."""

COLUMNS = ("owed", "sent", "unknown", "in_flight", "failed", "suppressed", "expired", "twice")
HEADINGS = (*COLUMNS, "lost", "seconds")


def pytest_terminal_summary(terminalreporter):
    """Print what was counted after each fault."""
    counted = [
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", "") == "call"
        for name, value in report.user_properties
        if name == "fault"
    ]
    if not counted:
        return
    width = max(len(line["fault"]) for line in counted)
    terminalreporter.section("what became of the messages")
    heading = "".join(f"{name:>11}" for name in HEADINGS)
    terminalreporter.write_line(f"{'fault':<{width}}{heading}")
    for line in counted:
        figures = "".join(f"{line[name]:>11}" for name in HEADINGS)
        terminalreporter.write_line(f"{line['fault']:<{width}}{figures}")
    sums = "".join(f"{sum(line[name] for line in counted):>11.0f}" for name in HEADINGS)
    terminalreporter.write_line(f"{f'{len(counted)} faults':<{width}}{sums}")
