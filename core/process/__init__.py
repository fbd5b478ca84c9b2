"""The headless run: scan, match, resolve, report. stdout is data, stderr is narration."""
