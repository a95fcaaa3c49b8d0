"""Every query of connections, by what they ask about.

`records` one connection · `people` its admins and authorized persons · `lists` many, filtered by the rules of `access`
in SQL · `credentials` what is sealed · `uses` what refers to it · `features` the switches · `outbound` the allow lists.
"""
