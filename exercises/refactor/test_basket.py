import ast
import pathlib
import unittest

from basket import price


def item(kind, cents, count=1):
    return {"kind": kind, "cents": cents, "count": count}


class BasketTest(unittest.TestCase):
    def test_prices_stay(self):
        books, tools = [item("book", 1500, 12)], [item("tool", 2500, 2), item("book", 999)]
        self.assertEqual(price(books, {}, "DE"), 17334)
        self.assertEqual(price(books, {"member": True}, "DE"), 16468)
        self.assertEqual(price(tools, {}, "US"), 6399)
        self.assertEqual(price([item("tool", 100, 25)], {}, "FR"), 3499)
        self.assertEqual(price([], {}, "US"), 999)

    def test_functions_are_short(self):
        tree = ast.parse(pathlib.Path(__file__).with_name("basket.py").read_text())
        long = [f.name for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) and f.end_lineno - f.lineno >= 12]
        self.assertEqual(long, [])


if __name__ == "__main__":
    unittest.main()
