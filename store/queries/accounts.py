"""Codes that link the accounts of one person."""

from sqlmodel import Session, select

from store.tables.accounts import LinkCode


def row_of_person(session: Session, person_id: int) -> LinkCode | None:
    """Return a person's code and how often that person has typed a wrong one."""
    return session.exec(select(LinkCode).where(LinkCode.person_id == person_id)).one_or_none()


def code_row(session: Session, code_hash: str) -> LinkCode | None:
    """Return the row of a code, by its hash."""
    return session.exec(select(LinkCode).where(LinkCode.code_hash == code_hash)).one_or_none()
