"""JSON Schemas of what a reconciliation service sends, written after the specification, version 0.2, of the W3C Entity Reconciliation
Community Group (sections 3 to 7); stricter than its own where ours always sends a member."""

TEXT, FLAG, NUMBER = {"type": "string"}, {"type": "boolean"}, {"type": "number"}


def record(required: dict, optional: dict | None = None) -> dict:
    """An object with these members and no others."""
    return {"type": "object", "properties": {**required, **(optional or {})}, "required": list(required), "additionalProperties": False}


def array(items: dict, **more: object) -> dict:
    """An array of such items."""
    return {"type": "array", "items": items, **more}


def template(mark: str) -> dict:
    """A URL with a place for an identifier."""
    return {"type": "string", "pattern": mark}


TYPE = record({"id": TEXT, "name": TEXT})
SERVICE = record({"service_url": {"type": "string", "pattern": "^https?://"}, "service_path": {"type": "string", "pattern": "^/"}},
                 {"flyout_service_url": TEXT, "flyout_service_path": template(r"\$\{id\}")})
SETTING = record({"name": TEXT, "label": TEXT, "type": {"enum": ["number", "text", "checkbox", "select"]}}, {"default": {}, "help_text": TEXT, "choices": {"type": "array"}})
MANIFEST = record(
    {"versions": array(TEXT, contains={"const": "0.2"}), "name": TEXT, "identifierSpace": {"type": "string", "format": "uri"},
     "schemaSpace": {"type": "string", "format": "uri"}},
    {"documentation": TEXT, "serviceVersion": TEXT, "logo": TEXT, "defaultTypes": array(TYPE, uniqueItems=True), "view": record({"url": template(r"\{\{id\}\}")}),
     "preview": record({"url": template(r"\{\{id\}\}"), "width": {"type": "integer"}, "height": {"type": "integer"}}),
     "suggest": record({}, {"entity": SERVICE, "property": SERVICE, "type": SERVICE}),
     "extend": record({}, {"propose_properties": SERVICE, "property_settings": array(SETTING)})})
CANDIDATE = record({"id": TEXT, "name": TEXT, "score": NUMBER},
                   {"description": TEXT, "match": FLAG, "type": array(TYPE), "features": array(record({"id": TEXT, "value": {"type": ["number", "boolean"]}}))})
RESULTS = {"type": "object", "additionalProperties": record({"result": array(CANDIDATE)})}
SUGGESTED_ENTITIES = record({"result": array(record({"id": TEXT, "name": TEXT}, {"description": TEXT, "notable": array(TYPE)}))})
SUGGESTED = record({"result": array(record({"id": TEXT, "name": TEXT}, {"description": TEXT}))})
PROPOSED = record({"properties": array(record({"id": TEXT, "name": TEXT}))}, {"type": TEXT, "limit": {"type": "integer"}})
VALUE = {"oneOf": [record({"id": TEXT, "name": TEXT}, {"description": TEXT}), record({"str": TEXT}), record({"float": NUMBER}), record({"int": {"type": "integer"}}),
                   record({"date": TEXT}), record({})]}
EXTENDED = record({"meta": array(record({"id": TEXT, "name": TEXT}, {"type": TYPE, "service": TEXT})),
                   "rows": {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": array(VALUE)}}})
