"""What lets us into workspaces."""

from sqlmodel import Session, col, select

from store.tables.accounts import Installation


def installation_of(session: Session, *, surface: str, native_id: str) -> Installation | None:
    """Return what was granted for a workspace, or for an organisation of workspaces, removed or not."""
    if not native_id:
        return None
    place = (Installation.surface == surface, Installation.native_id == native_id)
    return session.exec(select(Installation).where(*place)).one_or_none()


def installed(session: Session, surface: str) -> tuple[Installation, ...]:
    """Return everything that lets us in now."""
    here = (Installation.surface == surface, col(Installation.removed_at).is_(None))
    return tuple(session.exec(select(Installation).where(*here).order_by(col(Installation.id))).all())


def within(session: Session, *, surface: str, enterprise: str) -> tuple[Installation, ...]:
    """Return the workspaces of an organisation that its token serves."""
    theirs = (Installation.surface == surface, Installation.enterprise == enterprise)
    served = col(Installation.bot_token).is_(None) & col(Installation.removed_at).is_(None)
    return tuple(session.exec(select(Installation).where(*theirs, served)).all())
