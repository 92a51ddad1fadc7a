from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from prompts.client import ModelClient
from tests.unit.prompts.judge import Judge


@pytest.fixture
def judge() -> Iterator[Judge]:
    playing = Judge()
    yield playing
    playing.close()


@pytest_asyncio.fixture
async def client(judge: Judge) -> AsyncIterator[ModelClient]:
    made = ModelClient(model="played", api_key="k", base_url=judge.url, deadline_seconds=5, failures=100)
    yield made
    await made.aclose()
