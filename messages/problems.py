"""The words for what is wrong in a file: what it is, and what to do about it."""

from __future__ import annotations

from typing import Final

from messages.i18n import N_, Words
from messages.notices.directory import RowProblem

#: By key: the problem, and the remedy.
PROBLEMS: Final[dict[str, tuple[str, str]]] = {
    "encoding": (N_("The file is not UTF-8."), N_("Save it as “CSV UTF-8” and import it again.")),
    "empty": (
        N_("There is no entry in the file."),
        N_("The first line names the columns, and each further one is an entry."),
    ),
    "header.unknown": (
        N_("I do not recognise the columns in the first line."),
        N_("Begin with a line such as: {example}"),
    ),
    "header.twice": (N_("This column is there twice."), N_("Rename or delete one of the two.")),
    "header.missing": (N_("This column is missing."), N_("Add it to the first line.")),
    "header.too_many": (
        N_("The first line names {count} columns."),
        N_("Keep at most {limit}, with a comma or a semicolon between them."),
    ),
    "broken": (
        N_("From here on the file cannot be read."),
        N_("Look for a quotation mark too many or too few, or a cell of more than {limit} characters."),
    ),
    "cells": (
        N_("The row has {count} cells, but the first line names {expected} columns."),
        N_("Put every text that holds a comma, a semicolon or a line break between quotation marks."),
    ),
    "required": (N_("This cell is empty."), N_("Fill it in.")),
    "too_long": (N_("The text has {length} characters."), N_("Shorten it to {limit}.")),
    "too_many": (N_("There are {count} values."), N_("Keep at most {limit}.")),
    "choice": (N_("“{value}” is not one of the choices."), N_("Write one of these: {choices}.")),
    "country": (N_("I do not know the country “{value}”."), N_("Write its name, or its two letters, such as DK.")),
    "language": (N_("I do not know the language “{value}”."), N_("Write its two letters, such as da.")),
    "language.spoken": (
        N_("I do not write in the language “{value}”."),
        N_("Write one of these: {choices}. An empty cell means that of the cluster."),
    ),
    "website": (N_("“{value}” is not a valid web address."), N_("Write it such as https://example.org.")),
    "email": (N_("“{value}” is not a valid e-mail address."), N_("Write it such as name@example.org.")),
    "zone": (N_("I do not know the time zone “{value}”."), N_("Write it such as Europe/Copenhagen.")),
    "date": (N_("“{value}” is not a valid date."), N_("Write it such as 2027-03-31.")),
    "date.past": (N_("The day {value} has passed."), N_("Choose a later one.")),
    "number": (
        N_("“{value}” is not a number from {lowest} to {highest}."),
        N_("Write it in digits, without a sign or a unit."),
    ),
    "amount": (N_("“{value}” is no amount of money."), N_("Write it in euros, such as 1250000 or 1250000.50.")),
    "twice": (N_("The same entry is in line {earlier} already."), N_("Delete one of the two.")),
    "cluster.unknown": (
        N_("I do not know the cluster “{value}”."),
        N_("Import the clusters first, or write its name as it is there."),
    ),
    "cluster.ambiguous": (
        N_("There are several clusters named “{value}”."),
        N_("Add the country after the name: {value} (DK)."),
    ),
    "cluster.needed": (N_("A manager needs a cluster."), N_("Write its name in the column “cluster”.")),
    "cluster.not_yours": (
        N_("“{value}” is not the cluster that you import for."),
        N_("Leave the row to its own manager, or write your own cluster."),
    ),
    "cluster.not_theirs": (
        N_("The organisation is no member of “{value}”."),
        N_("Add the cluster to its row in the list of organisations, and import that one first."),
    ),
    "organisation.unknown": (
        N_("I do not know the organisation “{value}”."),
        N_("Import the organisations first, or write its name as it is there."),
    ),
    "organisation.ambiguous": (
        N_("There are several organisations named “{value}”."),
        N_("Add a column legal_id or country that tells which one it is."),
    ),
    "organisation.needed": (
        N_("A buyer or an SME acts for an organisation."),
        N_("Write its name into the column organisation."),
    ),
    "organisation.homeless": (
        N_("“{value}” is a member of no cluster yet."),
        N_("Name its clusters in the list of organisations, and import that one first."),
    ),
    "organisation.not_yours": (
        N_("“{value}” is at home in another cluster."),
        N_("Leave the row to the manager of that cluster."),
    ),
    "owner.nobody": (N_("Nobody acts for “{value}” yet."), N_("Import a person with the role buyer for it first.")),
    "yourself": (N_("This row is about yourself."), N_("Ask another manager of your cluster.")),
    "must_have.none": (N_("There is no must-have."), N_("Write at least one, with | between several.")),
    "weights": (
        N_("The weights of the criteria come to {total}."),
        N_("Write each as “text: weight” with | between several, and let the weights come to 100."),
    ),
    "deadline.none": (
        N_("There is no deadline."),
        N_("Write a date into deadline, or a number of days into deadline_days."),
    ),
    "changed": (
        N_("The file or the directory was changed while it was being read."),
        N_("Import it again."),
    ),
}


def explain(problem: RowProblem, words: Words) -> tuple[str, str]:
    """Return what is wrong and what to do about it, in the reader's language."""
    what, remedy = PROBLEMS[problem.key]
    return words.say(what, **problem.params), words.say(remedy, **problem.params)
