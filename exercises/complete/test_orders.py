import unittest

from orders import Order, Orders


class OrdersTest(unittest.TestCase):
    def test_urgent_orders_come_first_and_equals_in_their_order(self):
        orders = Orders()
        for order in [Order(1), Order(2, urgent=True), Order(3), Order(4, urgent=True)]:
            orders.add(order)
        self.assertEqual([orders.next().number for _ in range(4)], [2, 4, 1, 3])
        self.assertIsNone(orders.next())

    def test_a_number_waits_once(self):
        orders = Orders()
        orders.add(Order(1))
        with self.assertRaises(ValueError):
            orders.add(Order(1, urgent=True))
        orders.next()
        orders.add(Order(1))

    def test_an_order_can_be_cancelled(self):
        orders = Orders()
        orders.add(Order(1))
        self.assertTrue(orders.cancel(1))
        self.assertFalse(orders.cancel(1))
        self.assertIsNone(orders.next())


if __name__ == "__main__":
    unittest.main()
