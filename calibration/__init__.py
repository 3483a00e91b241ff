"""How far Seen's probabilities can be believed: simulated worlds whose truth is known, judged by the real engine.

Nobody has published labelled data, so the truth has to be made. A world is a firm with its customers: who looks at what
and how soon, what programs they read with, which machines load pictures and follow links before them. It is played as
the lines that Postmark would have sent, and those lines are all that the engine gets to see.

    model       the words a world is written in
    pools       programs and networks: for worlds that constants are fitted to, and others for those held out
    cast        the people that worlds are filled with
    machines    what stands in front of their mailboxes
    worlds      the worlds: development (constants may be fitted to them) and held out (never fitted to)
    play        a world's history, drawn from a seed
    lines       the history as Postmark's bodies and rows, and as tracking records
    truth       the best possible answer: the posterior under the world's own parameters
    rivals      what other products do
    engine      Seen, asked as its users ask it
    score       Brier score, calibration error, the five answers, honesty
    report      tables, results.json and the picture
"""
