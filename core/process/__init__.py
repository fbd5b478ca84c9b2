"""Headless commands: from an order to stdout, stderr and an exit code.

stdout is data, stderr is narration.

| module | what lives there |
|---|---|
| `run`, `order` | start here: what is asked for, and how every command comes to its exit code |
| `deduplicating`, `pushing`, `compare` | what needs no rule, and what needs no library |
| `deciding`, `plans`, `approving`, `relations` | what a person, or their program, says |
| `undoing`, `redoing`, `emptying`, `doctor` | back, again, for good, and whether all is well |
| `lists`, `history`, `rule_files` | what is known, decided and saved, told or taken in |
| `given`, `selection`, `servers` | what is read, which decisions are meant, whom to connect to |
| `report`, `rule_report`, `relation_report` | stdout: for people, or JSON for programs |
| `narration`, `tally` | stderr, and what rules do as it happens |
"""
