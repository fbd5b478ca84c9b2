"""Rules: facts of two assets in, a choice with its reasons out. Pure, and never random.

No file, no catalog and no loop; time is given from outside. A rule that is in doubt does nothing.

| module | what lives there |
|---|---|
| `rule`, `language`, `fields` | start here: a rule, its tests, and what they ask of an asset |
| `parse`, `quantities`, `paths`, `phrases` | from text to tests, and what may come next |
| `table`, `toml_form`, `templates`, `keys` | rules in files, and those that come along |
| `draft`, `forms` | a rule that is being made |
| `prepared`, `evaluate`, `verdicts`, `jpegs`, `scoring` | asked of a hundred thousand pairs |
| `check`, `logic`, `conjunction`, `bounds` | what can be proven of a rule before it meets a pair |
| `order` | in which order choices are carried out |
| `explain`, `told`, `wording` | why a rule says what it says of a pair |
| `sentence`, `clauses` | a rule in plain words |
| `statements`, `suggestion` | what is suggested for a pair without any rule |
| `group_suggestion`, `marks`, `survey` | the same for a group, and for all groups |
"""
