"""The one room with solvers: nothing else imports highspy, pyscipopt or (but for statements) pulp.

`program` is what a solver takes, `result` what it answers, `trust` what of the answer is believed,
`registry` which solvers there are. `highs` is the engine; `cbc` and `scip` are second opinions.
"""
