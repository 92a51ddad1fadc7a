"""What identifies an organisation, the strongest first."""

from __future__ import annotations

from domain.organisations import legal_number, natural_keys


def test_a_legal_id_goes_before_a_domain_and_a_domain_before_a_name():
    keys = natural_keys(name="Loop A/S", country="DK", legal_id="DK 12-34", website="https://www.loop.example/en")
    assert keys == ("id:DK:dk1234", "web:loop.example", "name:loop as:DK")


def test_a_page_on_a_social_network_identifies_nobody():
    keys = natural_keys(name="Loop", country="DK", website="https://facebook.com/loop")
    assert keys == ("name:loop:DK",)


def test_legal_ids_are_compared_by_letters_and_digits():
    assert legal_number(" dk.12 34 ") == legal_number("DK1234")
