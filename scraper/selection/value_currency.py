"""Which currency a symbol, a code or a word means on a page of some place."""

from scraper.selection.value import Context

CODES = [
    "AED",
    "ARS",
    "AUD",
    "AZN",
    "BAM",
    "BDT",
    "BGN",
    "BHD",
    "BND",
    "BOB",
    "BRL",
    "BYN",
    "CAD",
    "CHF",
    "CLP",
    "CNY",
    "COP",
    "CRC",
    "CZK",
    "DKK",
    "DOP",
    "DZD",
    "EGP",
    "EUR",
    "GBP",
    "GEL",
    "GHS",
    "GTQ",
    "HKD",
    "HNL",
    "HRK",
    "HUF",
    "IDR",
    "ILS",
    "INR",
    "IQD",
    "IRR",
    "ISK",
    "JMD",
    "JOD",
    "JPY",
    "KES",
    "KRW",
    "KWD",
    "KZT",
    "LBP",
    "LKR",
    "MAD",
    "MDL",
    "MKD",
    "MMK",
    "MXN",
    "MYR",
    "NGN",
    "NOK",
    "NPR",
    "NZD",
    "OMR",
    "PEN",
    "PHP",
    "PKR",
    "PLN",
    "PYG",
    "QAR",
    "RON",
    "RSD",
    "RUB",
    "SAR",
    "SEK",
    "SGD",
    "THB",
    "TND",
    "TRY",
    "TWD",
    "UAH",
    "USD",
    "UYU",
    "UZS",
    "VES",
    "VND",
    "XAF",
    "XOF",
    "ZAR",
]

_DOLLARS = {
    "ar": "ARS", "au": "AUD", "bn": "BND", "ca": "CAD", "cl": "CLP", "co": "COP", "hk": "HKD", "mx": "MXN",
    "nz": "NZD", "sg": "SGD", "tw": "TWD", "uy": "UYU",
}  # fmt: skip
_CROWNS = {
    "dk": "DKK",
    "da": "DKK",
    "no": "NOK",
    "nb": "NOK",
    "nn": "NOK",
    "is": "ISK",
    "se": "SEK",
    "sv": "SEK",
}
_YENS = {"cn": "CNY", "zh": "CNY"}
_RUPEES = {"pk": "PKR", "lk": "LKR", "np": "NPR", "in": "INR"}

# What is written beside an amount; longer ones first where one begins another.
SIGNS = {
    "us$": "USD", "u$s": "USD", "nt$": "TWD", "hk$": "HKD", "a$": "AUD", "au$": "AUD", "c$": "CAD",
    "ca$": "CAD",
    "cad$": "CAD", "nz$": "NZD", "s$": "SGD", "r$": "BRL", "mx$": "MXN", "€": "EUR", "£": "GBP", "₹": "INR",
    "₽": "RUB", "₩": "KRW", "₪": "ILS", "₫": "VND", "₺": "TRY", "₴": "UAH", "₸": "KZT", "₦": "NGN",
    "₱": "PHP",
    "฿": "THB", "₡": "CRC", "₲": "PYG", "₾": "GEL", "₼": "AZN", "zł": "PLN", "zl": "PLN", "kč": "CZK",
    "ft": "HUF", "lei": "RON", "lv": "BGN", "лв": "BGN", "руб": "RUB", "р": "RUB", "грн": "UAH", "тг": "KZT",
    "тенге": "KZT", "ден": "MKD", "дин": "RSD", "din": "RSD", "kn": "HRK", "km": "BAM", "원": "KRW",
    "円": "JPY",
    "元": "CNY", "元起": "CNY", "rp": "IDR", "rm": "MYR", "fr": "CHF", "sfr": "CHF", "tl": "TRY",
    "euro": "EUR", "euros": "EUR", "euron": "EUR",
    "eur": "EUR",   "$": "$", "kr": "kr",
    "¥": "¥", "￥": "¥", "rs": "rs", "₨": "rs", "br": "BYN", "бел.руб": "BYN", "б.р": "BYN",
}  # fmt: skip


def currency_of(sign: str, context: Context) -> str | None:
    """The code that a sign means there."""
    sign = sign.strip().lower().rstrip(".")
    if sign.upper() in _CODES:
        return sign.upper()
    meant = SIGNS.get(sign)
    places = (context.region, context.language)
    if meant == "$":
        return next((_DOLLARS[one] for one in places if one in _DOLLARS), "USD")
    if meant == "kr":
        return next((_CROWNS[one] for one in places if one in _CROWNS), None)
    if meant == "¥":
        return next((_YENS[one] for one in places if one in _YENS), "JPY")
    if meant == "rs":
        return next((_RUPEES[one] for one in places if one in _RUPEES), "INR")
    if sign == "元" and context.region in {"tw", "hk"}:
        return {"tw": "TWD", "hk": "HKD"}[context.region]
    return meant


_CODES = frozenset(CODES)
