"""How English words and labels change their form: plurals, hyphens, prefixes set off, forms of verbs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator


def spellings(label: str, inflected: bool, hyphened: bool, prefixes: tuple[str, ...] = ()) -> list[str]:
    """The forms in which a label is written, itself first."""
    forms = [label]
    if " & " in label:
        forms.append(label.replace(" & ", " and "))
    elif " and " in label:
        forms.append(label.replace(" and ", " & "))
    if label.endswith(".") and label.count(".") > 1:
        forms.append(label[:-1])
    if inflected:
        forms += [other for form in list(forms) for other in numbers(form)]
    if "iz" in label and inflected:
        forms += [form.replace("iz", "is") for form in list(forms)]
    if hyphened or "-" in label:
        forms += [other for form in list(forms) for other in joints(form, hyphened, prefixes)]
    if "'" in label:
        forms += [form.replace("'", "’") for form in list(forms)]
    return list(dict.fromkeys(forms))


def numbers(label: str) -> Iterator[str]:
    """Regular plural of a label, or its singular where the label is a plural."""
    last = label.rsplit(" ", 1)[-1]
    if len(last) < 2 or not last[-1].isalpha():
        return
    if last.islower() and singular(last) != last:
        if " " in label:
            yield label[:len(label) - len(last)] + singular(last)
        return
    if last.isupper() or last[-1].isupper():
        yield label + "s"
    elif last[-1] == "y" and last[-2] not in "aeiou":
        yield label[:-1] + "ies"
    elif last.endswith(("s", "x", "z", "ch", "sh")):
        yield label + "es"
    else:
        yield label + "s"


def singular(word: str) -> str:
    """A lower-case word without the ending of a regular plural."""
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("ches", "shes", "sses", "xes")) else word[:-1]


def joints(label: str, hyphened: bool, prefixes: tuple[str, ...]) -> Iterator[str]:
    """A label with spaces for its hyphens, without them, with hyphens for its spaces, and with prefixes set off."""
    if "-" in label:
        yield label.replace("-", " ")
        if label.count("-") == 1:
            yield label.replace("-", "")
    if not hyphened:
        return
    words = label.split(" ")
    if len(words) in (2, 3) and "-" not in label:
        yield "-".join(words)
        if len(words) == 3:
            yield f"{words[0]}-{words[1]} {words[2]}"
            yield f"{words[0]} {words[1]}-{words[2]}"
    for i, word in enumerate(words):
        if not word.startswith(prefixes):
            continue
        for prefix in prefixes:
            if word.startswith(prefix) and len(word) > len(prefix) + 3 and word[len(prefix)].isalpha():
                for mark in ("-", " "):
                    yield " ".join([*words[:i], prefix + mark + word[len(prefix):], *words[i + 1:]])


def inflected(verbs: Iterable[str]) -> frozenset[str]:
    """English verbs with their third persons and gerunds."""
    forms: set[str] = set()
    for verb in verbs:
        stem = verb[:-1] if verb.endswith("e") and not verb.endswith("ee") else verb
        double = verb + verb[-1] if len(verb) == 3 and verb[-1] not in "aeiouwxy" else stem
        forms.update((verb, verb + "s", verb + "es", stem + "ing", double + "ing"))
    return frozenset(forms)


def verb_phrase(label: str, verbs: Collection[str], name: str) -> bool:
    """Whether a label of what is called `name` says what someone does ("manage projects") and is no name itself."""
    words = label.lower().split(" ")
    if len(words) < 2:
        return False
    if (words[0] in verbs and words[0] != name.split(" ", 1)[0].lower()) or "to" in words:
        return True
    return words[0].endswith("ly") and words[-1] in verbs
