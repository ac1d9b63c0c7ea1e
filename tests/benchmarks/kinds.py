"""What generated documents say, kind by kind, with the facts that they state: guides, adverts, pages of an occupational handbook.

Facts are pairs of a kind and a value: role (label), requiresTool and requiresSkill (label), minYears (number), yearsIn (number and label),
degree (level), field (label of the field of study), growth (per cent), pay ("currency per low high place", no place where none is named),
median (the amount of pay that is said to be one).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands below it: items of a list, sentences, or rows of a table, the first of which names the columns."""

    heading: str
    items: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is drawn for a document before it is worded."""

    role: str
    area: str
    years: int
    tools: tuple[str, ...]
    skills: tuple[str, ...]
    field: str
    low: int
    high: int
    duties: tuple[str, ...]


class Words(Protocol):
    """What documents are worded with: labels of a vocabulary."""

    cities: list[str]


Facts = list[tuple[str, str]]
Kind = Callable[[Drawn, random.Random, Words], tuple[str, tuple[Section, ...], Facts]]
_INTRO = ("{role}s work where {area} systems meet people who depend on them.", "This guide describes what {a_role} does and what the work asks for.",
          "Teams that look after {area} depend on a good {role}.")
_GERMAN_DUTIES = ("Sie entwickeln und betreiben unsere Systeme", "Sie erstellen Auswertungen für die Fachbereiche", "Sie begleiten Projekte von der Idee bis zum Betrieb",
                  "Sie arbeiten eng mit Kolleginnen und Kollegen im Einkauf zusammen", "Sie dokumentieren Ihre Ergebnisse", "Sie beraten unsere Kunden")
_INDIAN = ("Bengaluru", "Mumbai", "Pune", "Hyderabad", "Chennai", "Gurugram")


def pay(currency: str, low: int, high: int, place: str = "", per: str = "year") -> tuple[str, str]:
    """A fact of pay."""
    return "pay", f"{currency} {per} {low} {high} {place}".strip()


def a(name: str) -> str:
    """A name with its article."""
    return f"{'an' if name[0] in 'AEIO' else 'a'} {name}"


def named(drawn: Drawn, sentences: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Tools and skills that duties or sentences name."""
    said = " | ".join((*drawn.duties, *sentences))
    return [t for t in drawn.tools if t in said], [s for s in drawn.skills if s in said]


def asked(drawn: Drawn, choose: random.Random) -> tuple[tuple[str, ...], Facts]:
    """Requirements in English, and what they state."""
    first, *others = drawn.tools
    lines = [f"{drawn.years}+ years of experience with {first}", *(choose.choice(("Proficiency in {}", "Strong knowledge of {}", "Experience with {}")).format(t) for t in others),
             *(choose.choice(("Experience with {}", "Background in {}", "Solid {} skills")).format(s) for s in drawn.skills), f"Bachelor's degree in {drawn.field}"]
    facts = [*(("requiresTool", t) for t in drawn.tools), *(("requiresSkill", s) for s in drawn.skills), ("minYears", str(drawn.years)),
             ("yearsIn", f"{drawn.years} {first}"), ("degree", "Bachelor"), ("field", drawn.field), ("role", drawn.role)]
    return tuple(lines), facts


def guide(drawn: Drawn, choose: random.Random, words: Words) -> tuple[str, tuple[Section, ...], Facts]:
    """A career guide of the United States."""
    lines, facts = asked(drawn, choose)
    intro = choose.choice(_INTRO).format(role=drawn.role, a_role=a(drawn.role), area=drawn.area)
    return drawn.role, (Section("Overview", sentences=(intro,)), Section("Responsibilities", drawn.duties), Section("Requirements", lines),
                        Section("Salary", sentences=(f"The salary range is ${drawn.low:,} to ${drawn.high:,} per year.",))), [
        *facts, pay("USD", drawn.low, drawn.high)]


def cities(drawn: Drawn, choose: random.Random, words: Words) -> tuple[str, tuple[Section, ...], Facts]:
    """A guide with pay by city, as a table or a list."""
    lines, facts = asked(drawn, choose)
    found = [(city, drawn.low + choose.randint(-15, 40) * 1000) for city in choose.sample(words.cities, 4)]
    facts += [pay("USD", amount, amount, city) for city, amount in found]
    by_city = Section("Average Salary by City", items=tuple(f"{city}: ${amount:,} per year" for city, amount in found))
    if choose.random() < 0.5:
        by_city = Section("Salary by City", rows=(("City", "Average annual salary"), *((city, f"${amount:,}") for city, amount in found)))
    return f"How to Become {a(drawn.role)}", (Section("What They Do", drawn.duties), Section("Skills and Qualifications", lines), by_city), facts


def handbook(drawn: Drawn, choose: random.Random, words: Words) -> tuple[str, tuple[Section, ...], Facts]:
    """A page of an occupational handbook: facts in a table, pay in sentences."""
    median, jobs, growth = drawn.low + 5_230, choose.randint(12, 900) * 100, choose.randint(2, 24)
    lowest, highest = int(median * 0.6) // 10 * 10, int(median * 1.7) // 10 * 10
    quick = (("Quick facts", ""), ("2024 Median Pay", f"${median:,} per year"), ("Typical Entry-Level Education", "Bachelor's degree"),
             ("Number of Jobs, 2024", f"{jobs:,}"), ("Job Outlook, 2024–34", f"{growth}% (Faster than average)"))
    sentences = (f"The median annual wage for {drawn.role}s was ${median:,} in May 2024.",
                 f"The lowest 10 percent earned less than ${lowest:,}, and the highest 10 percent earned more than ${highest:,}.")
    need = (f"{drawn.role}s typically need a bachelor's degree in {drawn.field}.", f"They should have strong {drawn.skills[0]} and {drawn.skills[1]} skills.",
            f"They often work with {drawn.tools[0]} and {drawn.tools[1]}.")
    tools, skills = named(drawn, need)
    facts = [("role", drawn.role), ("degree", "Bachelor"), ("field", drawn.field), ("median", str(median)), ("growth", str(growth)), pay("USD", median, median), pay("USD", lowest, lowest), pay("USD", highest, highest),
             *(("requiresSkill", s) for s in skills), *(("requiresTool", t) for t in tools)]
    return f"{drawn.role}s", (Section("Quick Facts", rows=quick), Section(f"What {drawn.role}s Do", drawn.duties), Section(f"How to Become {a(drawn.role)}", sentences=need),
                              Section("Pay", sentences=sentences)), facts


def german(drawn: Drawn, choose: random.Random, words: Words) -> tuple[str, tuple[Section, ...], Facts]:
    """A German advert."""
    def euro(amount: int) -> str:
        return f"{amount:,}".replace(",", ".")
    profile = ("Abgeschlossenes Studium (Bachelor) oder vergleichbare Ausbildung", f"Mindestens {drawn.years} Jahre Berufserfahrung",
               *(choose.choice(("Sehr gute Kenntnisse in {}", "Erfahrung mit {}", "Sicherer Umgang mit {}")).format(t) for t in drawn.tools))
    offer = (f"Ein Jahresgehalt von {euro(drawn.low)} € bis {euro(drawn.high)} € brutto", "30 Tage Urlaub", "Flexible Arbeitszeiten")
    facts = [("role", drawn.role), ("minYears", str(drawn.years)), ("degree", "Bachelor"), *(("requiresTool", t) for t in drawn.tools), pay("EUR", drawn.low, drawn.high)]
    return f"{drawn.role} (m/w/d)", (Section("Ihre Aufgaben", tuple(choose.sample(_GERMAN_DUTIES, 4))), Section("Ihr Profil", profile), Section("Wir bieten", offer)), facts


def indian(drawn: Drawn, choose: random.Random, words: Words) -> tuple[str, tuple[Section, ...], Facts]:
    """An Indian guide with pay in lakh."""
    lines, facts = asked(drawn, choose)
    low, high = choose.randint(4, 9), choose.randint(10, 30)
    by_city = [(city, choose.randint(60, 240)) for city in choose.sample(_INDIAN, 3)]
    facts += [pay("INR", low * 100_000, high * 100_000, "India"), *(pay("INR", tenth * 10_000, tenth * 10_000, city) for city, tenth in by_city)]
    return f"{drawn.role} in India", (
        Section("Overview", sentences=(f"A{a(drawn.role)[1:]} in India looks after {drawn.area} systems.",)), Section("Requirements", lines),
        Section("Salary", sentences=(f"A{a(drawn.role)[1:]} in India earns between ₹{low} lakh and ₹{high} lakh per annum.",)),
        Section("Average Salary by City", items=tuple(f"{city}: ₹{tenth / 10:g} LPA" for city, tenth in by_city))), facts


GUIDES: tuple[Kind, ...] = (guide, handbook, cities, german, indian)
