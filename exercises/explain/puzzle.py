"""What does `f` compute? Write the answer into ANSWER: one English word, in lower case."""

ANSWER = ""


def f(n):
    found, rest, d = [], n, 2
    while d * d <= rest:
        while rest % d == 0:
            found.append(d)
            rest //= d
        d += 1 if d == 2 else 2
    return found + ([rest] if rest > 1 else [])
