import time

import pytest

from matching import evidence_in
from matching.bounds import Bound
from matching.numerals import quantities_of


def covers(text: str, must_have: str) -> bool:
    return bool(evidence_in({"summary": text}, (must_have,)))


@pytest.mark.parametrize(
    ("text", "value", "low", "bound"),
    [
        ("1.5 million litres", 1_500_000, None, Bound.EXACTLY),
        ("1,5 mio. liter", 1_500_000, None, Bound.EXACTLY),
        ("7 Tausend Zähler", 7_000, None, Bound.EXACTLY),
        ("3 miljarder kronor", 3_000_000_000, None, Bound.EXACTLY),
        ("from 1 to 5 million litres", 5_000_000, 1_000_000, Bound.EXACTLY),
        ("80k users", 80_000, None, Bound.EXACTLY),
        ("at most €2M", 2_000_000, None, Bound.AT_MOST),
        ("cables of 5 M", 5, None, Bound.EXACTLY),
        ("between 10 and 50 kW", 50, 10, Bound.EXACTLY),
        ("mellem 10 og 50 kW", 50, 10, Bound.EXACTLY),
        ("500 kW to 2 MW", 2, 0.5, Bound.EXACTLY),
        ("-20 bis +50 °C", 50, -20, Bound.EXACTLY),
        ("from −40 to −10 °C", -10, -40, Bound.EXACTLY),
        ("minus 20 grader", -20, None, Bound.EXACTLY),
        ("10 -20 kW", 20, 10, Bound.EXACTLY),
        ("saves -30 % of energy", 30, None, Bound.EXACTLY),
        ("RS-485", 485, None, Bound.EXACTLY),
        ("bis -20 °C", -20, None, Bound.DOWN_TO),
        ("ned til -20 °C", -20, None, Bound.DOWN_TO),
        ("bis 20 °C", 20, None, Bound.UP_TO),
        ("jusqu'à 20 kW", 20, None, Bound.UP_TO),
        ("hasta 20 kW", 20, None, Bound.UP_TO),
        ("do 20 kW", 20, None, Bound.UP_TO),
        ("co najmniej 20 kW", 20, None, Bound.AT_LEAST),
        ("vähintään 20 kW", 20, None, Bound.AT_LEAST),
        ("au moins 20 kW", 20, None, Bound.AT_LEAST),
        ("pelo menos 20 kW", 20, None, Bound.AT_LEAST),
        ("al massimo 20 kW", 20, None, Bound.AT_MOST),
        ("poniżej 20 kW", 20, None, Bound.AT_MOST),
        ("alle 20 kW", 20, None, Bound.AT_MOST),
        ("a laboratory of Lab 20 kW", 20, None, Bound.EXACTLY),
    ],
)
def test_a_number_is_read_with_its_size_and_with_how_it_is_meant(
    text: str, value: float, low: float | None, bound: Bound
):
    (one,) = quantities_of(text)
    assert (one.value, one.low, one.bound) == (value, low, bound)


def test_what_is_written_with_a_slash_is_one_name_a_date_or_a_list():
    assert [(one.value, one.rest) for one in quantities_of("24/7, since 1/6/2026")] == [(24, "/7"), (1, "/6/2026")]
    assert [one.value for one in quantities_of("50/60 Hz, ISO 9001/14001")] == [50, 60, 9001, 14001]
    assert [(one.value, one.rest) for one in quantities_of("EN 1090-2 for 100-150 kW")] == [(1090, "-2"), (150, "")]


@pytest.mark.parametrize(
    ("must_have", "met", "missed"),
    [
        # Large numbers, in words and in digits.
        ("archive of 3 million pictures", "An archive of 3,000,000 pictures.", "An archive of 3000 pictures."),
        ("Archiv für 2 Millionen Akten", "Ein Archiv für 2.000.000 Akten.", "Ein Archiv für 200.000 Akten."),
        ("arkiv til 2 mio. sager", "Et arkiv til 2.000.000 sager.", "Et arkiv til 200.000 sager."),
        ("archief voor 2 miljoen dossiers", "Een archief voor 2 mln dossiers.", "Een archief voor 2 duizend dossiers."),
        ("arkiv för 2 miljoner ärenden", "Ett arkiv för 2 000 000 ärenden.", "Ett arkiv för 20 000 ärenden."),
        ("arkiv for 2 millioner saker", "Et arkiv for 2 000 000 saker.", "Et arkiv for 20 000 saker."),
        ("licence below 100k euro", "A licence of 40,000 euro.", "A licence of 400,000 euro."),
        ("licence below €2M", "A licence for €900k.", "A licence for €2,500,000."),
        # Names, which are the same or another one.
        ("hotline 24/7", "Our hotline is open 24/7.", "Our hotline serves 24 towns."),
        ("IP66 lamps", "Lamps to IP 66.", "Lamps to IP44."),
        ("PM2.5 filters", "Filters for PM 2.5.", "Filters for PM10."),
        ("RS-422 cable", "A cable for RS422.", "A cable for RS-232."),
        ("EN 15804 declaration", "A declaration to EN 15804-2.", "A declaration to EN 15978."),
        ("EN 15804-2 declaration", "A declaration to EN 15804-2.", "A declaration to EN 15804."),
        ("ISO 9001/45001", "ISO 45001 and ISO 9001.", "ISO 9001 since 1998."),
        ("fittings DN80", "Fittings of DN 80.", "Fittings of DN 100."),
        ("class 10 filters", "Filters of class 10.", "Filters of class 12."),
        ("Horizon 2020 partner", "A partner in Horizon 2020.", "A partner in Horizon 2027."),
        # Readiness.
        ("TRL of at least 6", "Shown in two harbours: TRL7.", "Shown in a laboratory: TRL 4."),
        ("minimum TRL 6", "Our TRL is 8.", "Our TRL is 4."),
        ("TRL 6 oder höher", "Das Verfahren hat TRL 9.", "Das Verfahren hat TRL 3."),
        ("TRL 6 eller højere", "Metoden er på TRL 6-8.", "Metoden er på TRL 3-4."),
        # What is asked for plainly, and more of it.
        ("pumps 200 m3/h of water", "It pumps 350 m³/h of water.", "It pumps 90 m3/h of water."),
        ("pumps 200 litres a minute", "It pumps 15 m3 per hour.", "It pumps 9 m3 per hour."),
        ("Durchsatz 30 t pro Stunde", "Durchsatz 45 t/h.", "Durchsatz 12 t/h."),
        ("heat for 300 homes", "Heat for 500 homes.", "Heat for 100 homes."),
        ("recovers 90 % of the acid", "Recovers 96 % of the acid.", "Recovers 80 % of the acid."),
        ("304 stainless steel tubes", "304 stainless steel tubes.", "316 stainless steel tubes."),
        ("minimum order of 100 pieces", "Minimum order of 100 pieces.", "Minimum order of 5000 pieces."),
        ("serves 500 homes", "Serves 10 000 homes.", "Serves 200 homes."),
        ("payback within 24 months", "Payback of 1 year.", "Payback of 3 years."),
        ("warranty of 24 months", "Warranty of 5 years.", "Warranty of 1 year."),
        ("a pump of not less than 50 kW", "A pump of 80 kW.", "A pump of 20 kW."),
        ("Pumpe nicht unter 50 kW", "Pumpe von 80 kW.", "Pumpe von 20 kW."),
        ("a pump larger than 50 kW", "A pump of 80 kW.", "A pump of 20 kW."),
        ("warranty of 5 years", "A warranty of 7 years.", "A warranty of 3 years."),
        ("payback of 5 years", "Payback of 5 years.", "Payback of 7 years."),
        ("boilers of 30 kW", "Boilers of 20 to 40 kW.", "Boilers of 50 kW."),
        ("humidity of 60 %", "Humidity of 60 percent.", "Humidity of 80 %."),
        ("drying at 20–90 °C", "Drying at 10–100 °C.", "Drying at 20–60 °C."),
        # Below zero.
        ("starts at -20 °C", "Starts down to −30 °C.", "Starts at 20 °C."),
        ("starts down to -20 °C", "Starts at −25 °C.", "Starts down to -5 °C."),
        ("Start bei -20 °C", "Start bei minus 20 Grad.", "Start bis −10 °C."),
        ("start ned til -20 °C", "Start ned til -28 °C.", "Start ned til -8 °C."),
        ("start tot -20 °C", "Start tot -28 °C.", "Start tot -8 °C."),
        ("lagring under 0 grader", "Lagring ved -18 °C.", "Lagring ved 4 °C."),
        ("saving of 30 % heat", "Heat: -30 %, a saving for all.", "Heat: -10 %, a saving for all."),
        # Equal units.
        ("turbine of at least 2 MW", "A turbine of 2400 kW.", "A turbine of 900 kW."),
        ("alarm within 2 hours", "An alarm within 45 minutes.", "An alarm within 3 days."),
        ("Alarm innerhalb von 2 Stunden", "Alarm innerhalb von 45 min.", "Alarm innerhalb von 3 Tagen."),
        ("alarm inden for 2 timer", "Alarm inden for 45 minutter.", "Alarm inden for 3 dage."),
        ("alarm binnen 2 uur", "Alarm binnen 45 minuten.", "Alarm binnen 3 dagen."),
        ("alarm inom 2 timmar", "Alarm inom 45 minuter.", "Alarm inom 3 dagar."),
        ("lifts 3 t", "It lifts 3000 kg.", "It lifts 300 kg."),
        ("hose of 10 bar", "A hose of 1 MPa.", "A hose of 10 kPa."),
        ("tank of 2 m3", "A tank of 2000 litres.", "A tank of 200 litres."),
        ("bore of 25 mm", "A bore of 2.5 cm.", "A bore of 25 cm."),
        ("up to 70 degrees", "Up to 80 °C.", "Up to 60 °C."),
        # Bounds in more languages.
        ("débit inférieur à 40 l/min", "Un débit de 30 l/min.", "Un débit de 60 l/min."),
        ("cuve d'au moins 500 litres", "Une cuve de 800 litres.", "Une cuve de 300 litres."),
        ("zbiornik do 500 litrów", "Zbiornik do 800 litrów.", "Zbiornik do 300 litrów."),
        ("silnik poniżej 40 kW", "Silnik 30 kW.", "Silnik 60 kW."),
        ("moottori alle 40 kW", "Moottori 30 kW.", "Moottori 60 kW."),
        ("motor de al menos 40 kW", "Motor de 50 kW.", "Motor de 30 kW."),
        ("motore fino a 40 kW", "Motore fino a 50 kW.", "Motore fino a 30 kW."),
        ("motor até 40 kW", "Motor até 50 kW.", "Motor até 30 kW."),
    ],
)
def test_a_number_covers_what_it_reaches_and_nothing_else(must_have: str, met: str, missed: str):
    assert covers(met, must_have)
    assert not covers(missed, must_have)


def test_a_measure_far_from_what_is_asked_for_tells_of_something_else():
    assert covers("A sensor of 5 mm for pumps within reach.", "pumps within 4 km")
    assert covers("Pumps for pipes of 8 km, with sensors of 30 mm.", "pumps for at least 2 km")


def test_a_unit_that_is_shared_alone_covers_nothing():
    assert not covers("Delivery within 24 hours.", "response within 48 hours")
    assert covers("Response within 24 hours.", "response within 48 hours")


@pytest.mark.parametrize(
    "part", ["1", " ", ",", "-", "1-", "-1 ", "1/", "1,234 ", "1 m/", "up to ", "between 1 and ", "no-", "non-"]
)
def test_a_page_of_signs_is_read_at_once(part: str):
    page = part * (8000 // len(part))
    began = time.process_time()
    evidence_in({"summary": page}, ("10 pumps",))
    evidence_in({"skills": "10 pumps"}, (page,))
    assert time.process_time() - began < 2
