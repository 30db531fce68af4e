"""Where there is no earlier moment: what has no history tells the present alone."""

# The log of access; packages, which prove what is sealed. No link of an earlier page leads there with the moment.
OF_THE_PRESENT = ("/nhat-ky-truy-cap/", "/goi-bang-chung/")
