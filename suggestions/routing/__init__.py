"""智能交办: which unit a matter belongs to, guessed from a table of subjects and from what like matters became.

`training` learns at night, with scikit-learn; `scorer` answers in requests, with numpy alone; `shelf` keeps the learnt
arrays; `subjects` is the table for the cold start; `ranking` brings all of it together. A person always confirms.
"""
