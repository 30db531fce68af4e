"""Shares of a whole as Vietnamese documents write them: «73,06%»."""

from smartcity.lib.language.money import group


def say_percent(part: int, whole: int) -> str:
    """``part`` of ``whole``, with at most two decimals; ``whole`` is more than nothing.

    Cut off, not rounded: what is not yet everything never reads «100%». Whole numbers all the way, so that no
    binary fraction shows. What is something, but less than two decimals can tell, is «dưới 0,01%».
    """
    hundredths = abs(part) * 10_000 // whole
    if part and not hundredths:
        return "dưới 0,01%" if part > 0 else "trên −0,01%"
    ones, decimals = divmod(hundredths, 100)
    sign = "−" if part < 0 else ""
    said = f"{decimals:02d}".rstrip("0")
    return f"{sign}{group(ones)}{',' + said if said else ''}%"
