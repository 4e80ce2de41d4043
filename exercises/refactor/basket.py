"""Prices of baskets, in cents. Split `price` into functions with one job each; no price may change."""


def price(items, customer, country):
    total = 0
    n = 0
    for i in items:
        p = i["cents"] * i["count"]
        if i["count"] >= 10:
            p = p - p * 10 // 100
        if i["kind"] == "book":
            if country == "DE":
                p = p + p * 7 // 100
            elif country == "US":
                p = p
            else:
                p = p + p * 5 // 100
        else:
            if country == "DE":
                p = p + p * 19 // 100
            elif country == "US":
                p = p + p * 8 // 100
            else:
                p = p + p * 20 // 100
        total = total + p
        n = n + i["count"]
    if customer.get("member"):
        if total > 10000:
            total = total - total * 5 // 100
    ship = 0
    if total < 5000:
        if country == "US":
            ship = 999
        else:
            ship = 499
        if n > 20:
            ship = ship + 300
    return total + ship
