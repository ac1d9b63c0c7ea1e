"""The examples in the API's description: an answer for each operation, shortened, from the graph of the guides.

    python -m tests.api_examples STORE      writes api/rest/examples.json from a store built of data/documents
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

FILE = Path(__file__).parent.parent / "api" / "rest" / "examples.json"
ROLE, OTHER = "principal-mlops-engineer", "principal-machine-learning-engineer"
LISTS = ("roles", "skills", "tools", "responsibilities", "practices", "challenges", "trends", "organizations", "places", "industries", "degrees",
         "fields", "documents", "claims", "salaries", "growth", "experience", "education", "facts", "conflicts")


def requests(ask) -> dict[str, str]:
    """Operation to path; `ask` answers a path with JSON."""
    first = {name: ask(f"/{name}?limit=1")["items"][0]["id"].split("/", 1)[1] for name in ("claims", "facts", "conflicts")}
    out = {f"list_{name}": f"/{name}?limit=1" for name in LISTS}
    out |= {"get_role": f"/roles/{ROLE}?fields=role,requirements,experience,ladder", "get_tool": "/tools/python", "get_skill": "/skills/mlops",
            "role_requirements": f"/roles/{ROLE}/requirements", "similar_roles": f"/roles/{ROLE}/similar?limit=1", "similar_tools": "/tools/python/similar?limit=1",
            "get_document": f"/documents/{ROLE}", "get_claim": f"/claims/{first['claims']}", "get_fact": f"/facts/{first['facts']}",
            "get_conflict": f"/conflicts/{first['conflicts']}", "get_evidence": f"/evidence/{first['claims']}", "compare": f"/compare?from={ROLE}&to={OTHER}",
            "path": "/path?from=junior-mlops-engineer&to=senior-mlops-engineer", "similar": "/similar?to=tool/python&limit=1",
            "search": "/search?q=deploy%20models&limit=1", "suggest": "/suggest?q=pyt&limit=1", "get_collections": ""}
    return out


def shortened(value: object) -> object:
    """The value with one entry of each list and long texts cut."""
    if isinstance(value, list):
        # pairs of offsets stay whole
        return value if all(isinstance(v, int) for v in value) else [shortened(v) for v in value[:1]]
    if isinstance(value, dict):
        return {name: shortened(v) for name, v in value.items()}
    return value[:200] if isinstance(value, str) else value


def main(store: str) -> None:
    """Write the examples."""
    from fastapi.testclient import TestClient

    from api.app import create_app
    from api.dataset import Dataset
    from kg import settings
    client = TestClient(create_app(Dataset(Path(store)), settings.load(store=Path(store))))

    def ask(path: str) -> dict:
        return client.get("/api/v1" + path).json()
    found = {name: {"request": "/api/v1" + path, "answer": shortened(ask(path))} for name, path in sorted(requests(ask).items())}
    FILE.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
