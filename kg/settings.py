"""Settings: by flag, by environment variable (`ROLEGRAPH_*`), by file (`rolegraph.toml`), in this order of precedence."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from kg.errors import SettingsError
from kg.namespaces import BASE


class Settings(BaseSettings):
    """One field a setting; its description is the help that users see."""

    model_config = SettingsConfigDict(env_prefix="ROLEGRAPH_", toml_file="rolegraph.toml", extra="forbid", validate_default=True)

    store: Path = Field(Path(".rolegraph"), description="Folder of the store: its revisions and the published one; or the query URL of a SPARQL 1.1 server.")
    base_iri: str = Field(BASE, pattern=r"^https?://[^\s<>\"{}|\\^`]+[/#]$", description="Base of the IRIs that are minted; ends in / or #.")
    vocabulary: list[Path] = Field([], description="Further vocabularies: SKOS files, tables of ESCO and O*NET as published.")
    vocabulary_kind: str = Field("Skill", pattern="^(Skill|Tool|Role|Organization|Place|Industry|FieldOfStudy|Certification|Regulation)$",
                                 description="What the concepts of a further vocabulary are where its file does not say.")
    vocabulary_languages: list[str] = Field(["en"], min_length=1, description="Languages of a further vocabulary's labels that count, as a JSON list.")
    vocabulary_faults: str = Field("skip", pattern="^(skip|stop)$", description="A faulty concept of a further vocabulary: skip it with a note, or stop.")
    shapes: list[Path] = Field([], description="Further SHACL files, beside the shapes that come with RoleGraph.")
    violating_share: float = Field(0.5, ge=0, le=1, description="Largest share of documents that are left out for breaking a shape (ten may always be); "
                                                                "more stop the build. With 0 none is left out: any Violation stops it.")
    processes: int = Field(0, ge=0, le=1024, description="Processes that read documents; 0 is one a core, fewer for few documents.")
    runner: str = Field("pool", pattern="^(pool|ray)$", description="What reads and consolidates: pool (processes of this machine) or ray (a Ray cluster).")
    address: str = Field("", description="Address of the Ray cluster; empty starts Ray on this machine.")
    engine: str = Field("native", pattern="^(native|pyshacl)$", description="Engine that validates: native or pyshacl.")
    validate_build: bool = Field(True, description="Whether a build is validated before it is published.")
    reasoner: str = Field("auto", pattern="^(auto|hermit|rules|none)$",
                          description="Reasoner: hermit (needs Java), rules (OWL 2 RL), none; auto is hermit where Java is found.")
    reason_seconds: float = Field(120.0, gt=0, description="Longest time that HermiT may take, in seconds; auto then goes on with the rules.")
    max_bytes: int = Field(20_000_000, ge=1, description="Largest document that is read, in bytes.")
    max_line: int = Field(500_000, ge=1000, description="Longest line that is read, in code points.")
    max_seconds: float = Field(60.0, gt=0, description="Longest time that one document may take, in seconds.")
    allow_http: bool = Field(False, description="Whether documents may be fetched from http and https addresses.")
    text_field: str = Field("text", description="Field of a row of a table that holds the text; a.b is the field b within the field a.")
    id_field: str = Field("", description="Field of a row that identifies it; without it id, identifier, job_id or uuid.")
    title_field: str = Field("title", description="Field of a row that holds the title.")
    employer_field: str = Field("employer", description="Field of a row that holds the employer.")
    place_field: str = Field("place", description="Field of a row that holds the place.")
    date_field: str = Field("date", description="Field of a row that holds the date.")
    memory_quads: int = Field(1_000_000, ge=0, description="Up to this many quads a graph is built and served in memory, above on disk.")
    keep_revisions: int = Field(3, ge=1, description="Revisions that a build leaves in the store, the published one included.")
    host: str = Field("127.0.0.1", description="Address that the server listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port that the server listens on.")
    max_query_bytes: int = Field(100_000, ge=100, description="Longest SPARQL text that the server takes, in bytes.")
    max_nesting: int = Field(60, ge=1, description="Deepest nesting of brackets in a SPARQL text that the server takes.")
    max_patterns: int = Field(150, ge=1, description="Most joined patterns in a SPARQL text that the server takes.")
    max_rows: int = Field(1_000_000, ge=1, description="Most rows, or triples, of an answer from the server.")
    query_seconds: float = Field(30.0, gt=0, description="Longest time that a query from outside may run, in seconds.")
    query_memory: int = Field(2_000_000_000, ge=100_000_000, description="Most memory that a query from outside may take, in bytes.")
    long_queries: int = Field(8, ge=1, description="Queries of more than a few hundredths of a second that one server process runs at once.")
    remote_update: str = Field("", description="URL for updates of a store that is a SPARQL 1.1 server.")
    remote_graphs: str = Field("", description="URL of the Graph Store Protocol of a store that is a SPARQL 1.1 server.")
    remote_user: str = Field("", description="User for a store that is a SPARQL 1.1 server.")
    remote_password: str = Field("", description="Password for a store that is a SPARQL 1.1 server (digest or basic).")
    union_default_graph: bool = Field(True, description="Whether a query that names no graph sees the union of all graphs.")
    write_token: str = Field("", description="Bearer token that clients must send to write user graphs; without it nobody can.")
    max_write_bytes: int = Field(10_000_000, ge=100, description="Largest update or graph that the server takes, in bytes.")
    cache_bytes: int = Field(100_000_000, ge=0, description="Memory for answers that each server process keeps, in bytes.")
    cors_origins: list[str] = Field([], description="Origins whose pages may ask this server from a browser; * is all.")
    log_requests: bool = Field(True, description="Whether each request gives one line of JSON on standard error.")
    log_queries: bool = Field(False, description="Whether these lines hold the query string, and so the queries.")
    workers: int = Field(1, ge=1, le=256, description="Processes that serve.")
    reach: list[str] = Field([], description="Hosts (or host:port) that SERVICE and LOAD may reach; a private address must be named itself.")

    @classmethod
    def settings_customise_sources(cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource,
                                   env_settings: PydanticBaseSettingsSource, dotenv_settings: PydanticBaseSettingsSource,
                                   file_secret_settings: PydanticBaseSettingsSource) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flag, then environment, then file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load(**flags: object) -> Settings:
    """Settings with flags that are not None on top; SettingsError names the setting and what is wrong."""
    try:
        return Settings(**{name: value for name, value in flags.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"])) or "settings"
        raise SettingsError(first["msg"], place=f"setting {name}", hint="see rolegraph settings") from error
    except ValueError as error:
        raise SettingsError(str(error), place="rolegraph.toml", hint="fix the TOML") from error


def table() -> list[tuple[str, str, str, str]]:
    """Rows of (name, environment variable, default, help), in the order of the class."""
    rows = []
    for name, info in Settings.model_fields.items():
        default = "" if info.default == [] else str(info.default)
        rows.append((name, f"ROLEGRAPH_{name.upper()}", default, info.description or ""))
    return rows
