"""The country codes of ISO 3166-1 (alpha-2), as officially assigned, and where clusters begin in zone and language."""

from __future__ import annotations

_CODES = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR
GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT
JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY
MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ
OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ
UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""

COUNTRIES: frozenset[str] = frozenset(_CODES.split())

_ZONES = """
AD Europe/Andorra AL Europe/Tirane AT Europe/Vienna BA Europe/Sarajevo BE Europe/Brussels BG Europe/Sofia
CH Europe/Zurich CY Asia/Nicosia CZ Europe/Prague DE Europe/Berlin DK Europe/Copenhagen EE Europe/Tallinn
ES Europe/Madrid FI Europe/Helsinki FO Atlantic/Faroe FR Europe/Paris GB Europe/London GL America/Nuuk
GR Europe/Athens HR Europe/Zagreb HU Europe/Budapest IE Europe/Dublin IS Atlantic/Reykjavik IT Europe/Rome
LI Europe/Vaduz LT Europe/Vilnius LU Europe/Luxembourg LV Europe/Riga MC Europe/Monaco MD Europe/Chisinau
ME Europe/Podgorica MK Europe/Skopje MT Europe/Malta NL Europe/Amsterdam NO Europe/Oslo PL Europe/Warsaw
PT Europe/Lisbon RO Europe/Bucharest RS Europe/Belgrade SE Europe/Stockholm SI Europe/Ljubljana SK Europe/Bratislava
SM Europe/San_Marino TR Europe/Istanbul UA Europe/Kyiv
"""

ZONES: dict[str, str] = dict(zip(_ZONES.split()[::2], _ZONES.split()[1::2], strict=True))
"""The time zone of the capital, for countries near the North Sea and the Baltic and the rest of Europe."""

LANGUAGES: dict[str, str] = {"AT": "de", "DE": "de", "DK": "da", "NL": "nl", "NO": "nb", "SE": "sv"}
"""The language in which a cluster of a country begins, where Matchpoint speaks it; elsewhere English."""
