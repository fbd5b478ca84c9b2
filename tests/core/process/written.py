"""Rules as people write them into files, wherever several tests have them do the same."""

LARGER_WINS = """\
format = 1

[[rule]]
name = "larger wins"
mode = "{mode}"
audit = 0
comparison = ["A pixels > B pixels", "verdict at least almost certain"]
action = "better"
b = "trash"
"""
