import hashlib
import unittest

from puzzle import ANSWER, f

# The first eight digits of the SHA-256 of each answer that counts.
ACCEPTED = {"1e40954c", "331c28b1", "4047e64d", "df35ed99"}


class PuzzleTest(unittest.TestCase):
    def test_the_function_is_unchanged(self):
        self.assertEqual([f(n) for n in (1, 2, 12, 97, 360)], [[], [2], [2, 2, 3], [97], [2, 2, 2, 3, 3, 5]])

    def test_the_answer_is_right(self):
        digest = hashlib.sha256(ANSWER.strip().lower().encode()).hexdigest()[:8]
        self.assertIn(digest, ACCEPTED, "not yet: what are the numbers to n?")


if __name__ == "__main__":
    unittest.main()
