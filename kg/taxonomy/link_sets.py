"""The mapping files that RoleGraph keeps: which of its schemes are linked to which published taxonomy, and how to make them anew."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import curies

from kg.errors import VocabularyError
from kg.namespaces import BASE, RG, SKOS
from kg.taxonomy import mappings, tables
from kg.taxonomy.entries import Entry, Taxonomy
from kg.taxonomy.linking import Linker, Target, mapping_set
from kg.vocabulary import Vocabulary

_ESCO = "http://data.europa.eu/esco/"
COMMON = {"rg": RG, "semapv": mappings.SEMAPV, "skos": SKOS, "sssom": mappings.SSSOM}
_VERSION = re.compile(r"(\d+(?:\.\d+)+)")


class LinkSet(NamedTuple):
    """One file: its name, title, kind of our concepts, publisher (esco or onet), prefixes, whether the entries are groups of titles."""

    name: str
    title: str
    kind: str
    publisher: str
    prefixes: dict[str, str]
    groups: bool = False


SETS = (
    LinkSet("roles-esco", "Roles to ESCO occupations", "Role", "esco", {"role": BASE + "role/", "esco.occupation": _ESCO + "occupation/"}),
    LinkSet("roles-onet", "Roles to O*NET-SOC occupations", "Role", "onet", {"role": BASE + "role/", "onet.soc": tables.onet_occupation("x")[:-1]}, True),
    LinkSet("skills-esco", "Skills to ESCO skills", "Skill", "esco", {"skill": BASE + "skill/", "esco.skill": _ESCO + "skill/"}),
    LinkSet("tools-onet", "Tools to O*NET software examples", "Tool", "onet", {"tool": BASE + "tool/", "onet.software": tables.onet_example("")}),
)
_VERSIONS = {"esco": ("esco.version", _ESCO + "version/v"), "onet": ("onet.version", "https://www.onetcenter.org/dictionary/")}


def published(folder: Path) -> dict[str, Entry]:
    """The entries of all tables of a folder that are understood; the others are passed over."""
    found = Taxonomy(folder.name)
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.suffix.lower() in tables.ENDINGS:
            try:
                read = tables.read(path)
            except VocabularyError:
                continue
            for entry in read.entries.values():
                found.add(entry)
    if not found.entries:
        raise VocabularyError("holds no table of skills, occupations or software", place=str(folder), hint="name the folder of the published files")
    return {iri: entry for iri, entry in found.entries.items() if entry.label}


def link(vocabulary: Vocabulary, folders: dict[str, Path], target: Path) -> Iterator[tuple[Path, mappings.MappingSet]]:
    """Each mapping file with its rows made anew from the publishers' `folders`; rows judged by hand in `target` stay."""
    for publisher, folder in folders.items():
        number = _VERSION.search(folder.name)
        if not number:
            raise VocabularyError("does not say which version it holds", place=str(folder), hint="name the folder after it, as in esco-1.2.0")
        entries = published(folder)
        prefix, base = _VERSIONS[publisher]
        for chosen in (s for s in SETS if s.publisher == publisher):
            path = target / f"{chosen.name}.sssom.tsv"
            judged = mappings.read(path).rows if path.is_file() else []
            prefixes = {**COMMON, **chosen.prefixes, prefix: base}
            linker = Linker(vocabulary, vocabulary.of_kind(chosen.kind), [e for e in entries.values() if e.kind == chosen.kind],
                            Target(f"{prefix}:{number[1]}", number[1], chosen.groups), curies.Converter.from_prefix_map(prefixes), version("rolegraph"))
            yield path, mapping_set(chosen.title, linker.link(judged), prefixes, version("rolegraph"))
